// The bytes behind all memory channels: the buffers of the launch and nothing else.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

struct Region {
    uint64_t address = 0;
    std::vector<uint8_t> bytes;
    unsigned index = 0; // as numbered in the launch file
    bool written = false;
    // A buffer whose lines are dealt out to several channels: where all but the first have their shares.
    uint64_t lineBytes = 0;
    std::vector<uint64_t> others;

    uint64_t end() const { return address + bytes.size(); }
};

class Memory {
public:
    /** Regions must not overlap. Returns false when they do. */
    bool setRegions(std::vector<Region> all);

    /**
     * The launch's address of what a channel has at an address of its own: the same, but in a buffer that is dealt out to several
     * channels. Bytes of one line stay side by side.
     */
    uint64_t fromChannel(uint64_t address) const;

    /** Bytes outside of every buffer read as a poison pattern: lines may reach over a buffer's end. */
    void read(uint64_t address, uint8_t* out, unsigned count);

    /** Writes the bytes whose strobe bit is set. Bytes outside of every buffer are counted and dropped. */
    void write(uint64_t address, const uint8_t* data, const uint8_t* strobes, unsigned count);

    /** Whether [address, address + count) lies within one buffer. `hint` (any small number) names the accessor. */
    bool contains(uint64_t address, uint64_t count, unsigned hint);

    std::vector<Region> regions; // sorted by address
    uint64_t strayBytes = 0;
    uint64_t firstStray = 0;

private:
    /** A channel's share of a buffer, and the addresses that nothing else may have. */
    struct Share {
        uint64_t base, bytes, reserved;
        uint64_t address, lineBytes, index, count;
    };
    std::vector<Share> shares;
    Region* find(uint64_t address);
    static constexpr unsigned kHints = 256;
    Region* lastHit[kHints] = {};
    Region* last = nullptr;
};
