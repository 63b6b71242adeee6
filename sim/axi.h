// The memory side of one AXI4 master of the design: handshakes, protocol checks, random stalls.
#pragma once
#include "dram.h"
#include "model.h"
#include "random.h"

#include <deque>
#include <string>
#include <vector>

class AxiMemory {
public:
    AxiMemory(unsigned index, const AxiPorts& ports, unsigned beatBytes, Memory& memory, const DramTiming& timing,
              uint64_t stallSeed);

    /** Sets the inputs of the design for this cycle. */
    void drive(uint64_t now);
    /** Looks at the settled ports just before the clock edge. True when any transfer happened. */
    bool sample(uint64_t now);

    /** Nothing is under way. */
    bool idle() const { return dram.idle() && writeQueue.empty(); }
    const DramCounters& counters() const { return dram.counters; }
    /** What the design did against the protocol, at most a few messages. */
    std::vector<std::string> faults;
    /** One line about what is under way, as the design's own state lines. */
    std::string state() const;

private:
    /** A stream of the design towards the memory must hold valid and its payload until ready. */
    struct Watch {
        bool waiting = false;
        std::vector<uint64_t> payload;
    };
    void hold(Watch& watch, const char* name, bool valid, bool ready, std::initializer_list<uint64_t> payload);
    void fault(const std::string& what);
    void checkBurst(const char* kind, uint64_t address, unsigned beats, uint64_t size, uint64_t type);
    bool takeAddresses(uint64_t now);
    bool takeData(uint64_t now);

    const unsigned index;
    const AxiPorts p;
    const unsigned beatBytes;
    DramChannel dram;
    Staller stallAw, stallW, stallB, stallAr, stallR;
    std::deque<Burst*> writeQueue; // addresses taken, data not complete
    Burst* sending = nullptr;      // read burst on R
    Burst* answering = nullptr;    // write burst on B
    bool rValid = false;
    Watch watchAw, watchW, watchAr;
};
