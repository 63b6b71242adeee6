// Timing model of one memory channel behind an AXI4 port, in cycles of the kernel's clock.
//
// A burst is cut at row boundaries into pieces. Each piece needs its bank with the right row open and then the data
// bus, which reads and writes share. Banks open rows ahead while the bus is busy with others; the bus takes the oldest
// piece whose bank is ready, rows that are open first, and gathers writes so that it turns seldom. Bursts of one AXI id
// are served in order. What a controller's data sheet calls latency is added behind the bus.
#pragma once
#include "memory.h"
#include "random.h"

#include <cstdint>
#include <deque>
#include <vector>

struct DramTiming {
    uint64_t base = 0, size = 0; // addresses outside of it get a decode error
    double readLatency = 1;      // address to first data, row open
    double writeLatency = 1;     // last data to response
    double rowMiss = 0;
    double turnaround = 0;
    double bytesPerCycle = 64;
    uint64_t rowBytes = 8192;
    unsigned banks = 16;
};

struct DramCounters {
    uint64_t readBursts = 0, writeBursts = 0, readBeats = 0, writeBeats = 0;
    uint64_t bytesRead = 0, bytesWritten = 0; // written: strobed bytes only
    uint64_t rowMisses = 0, turnarounds = 0;
    uint64_t decodeErrors = 0; // bursts beyond the channel
};

struct Burst {
    bool write = false;
    bool decodeError = false;
    uint64_t id = 0;
    uint64_t address = 0;
    unsigned beats = 0;
    std::vector<uint8_t> data;
    std::vector<uint8_t> strobes; // one bit a byte
    unsigned arrived = 0;         // beats of write data
    std::vector<double> ready;    // reads: when each beat may leave
    unsigned served = 0;          // beats
    unsigned sent = 0;            // beats
    double response = 0;          // writes: when the response may leave
};

class DramChannel {
public:
    DramChannel(Memory& memory, const DramTiming& timing, unsigned beatBytes, uint64_t seed);

    bool canTakeRead() const { return reads < kBursts; }
    bool canTakeWrite() const { return writes < kBursts; }

    Burst* take(bool write, uint64_t id, uint64_t address, unsigned beats);
    /** Reads: at once. Writes: when all data has come. `now` is the cycle of the last handshake. */
    void submit(Burst* burst, uint64_t now);
    /** Serves whatever can be served up to this cycle. */
    void step(uint64_t now);
    /** A burst that may answer now, or null. The caller finishes with `release`. */
    Burst* readToSend(uint64_t now);
    Burst* writeToAnswer(uint64_t now);
    bool beatReady(const Burst& b, uint64_t now) const { return b.sent < b.served && b.ready[b.sent] <= double(now); }
    void release(Burst* burst);

    bool idle() const { return reads == 0 && writes == 0; }
    unsigned readsOutstanding() const { return reads; }
    unsigned writesOutstanding() const { return writes; }

    DramCounters counters;

private:
    struct Piece {
        Burst* burst;
        unsigned firstBeat, beats;
        unsigned bank;
        uint64_t row;
        double arrival;
        bool head; // oldest of its id and direction
    };
    struct Bank {
        uint64_t row = ~0ull;
        double readyAt = 0; // row open
        double busyTo = 0;  // last transfer of the open row
        int oldest = -1;    // index of the oldest piece for this bank
        bool inUse = false; // a piece that may go next wants the open row
    };

    unsigned bankOf(uint64_t row) const;
    void scan(double now);
    void openRows(double now);
    int choose(bool write, double now);
    void serve(size_t index, double now);
    Burst* pick(std::vector<Burst*>& list, uint64_t now);

    // As many bursts a direction as controllers of this class keep; more only hides a design's lack of restraint.
    static constexpr unsigned kBursts = 64;
    // The bus turns to writes when so many beats wait, or one has waited too long, and drains at most twice as many.
    static constexpr unsigned kDrainBeats = 32;
    // Ids that are equal modulo this number are served in order of each other, which AXI allows.
    static constexpr unsigned kIds = 256;

    Memory& memory;
    const DramTiming timing;
    const unsigned beatBytes;
    const double beatCycles;
    const bool stress;
    Random random;
    std::vector<Bank> banks;
    std::deque<Burst> storage;
    std::vector<Burst*> spare;
    std::vector<Piece> queue; // by age
    std::vector<Burst*> readAnswers, writeAnswers; // by order of service
    unsigned reads = 0, writes = 0;
    unsigned queuedReadPieces = 0, queuedWritePieces = 0, queuedWriteBeats = 0;
    double busFree = 0;
    bool busWrites = false;
    unsigned drained = 0; // beats since the bus turned
    uint32_t stamp = 0;
    uint32_t lastSeen[2][kIds] = {};
};
