// AXI4-Lite master: runs a list of register accesses, one after the other.
#pragma once
#include "model.h"
#include "random.h"

#include <cstdint>
#include <deque>

class ControlMaster {
public:
    ControlMaster(const LitePorts& ports, uint64_t stallSeed)
        : p(ports), stallAw(stallSeed * 3 + 101, stallSeed), stallW(stallSeed * 3 + 102, stallSeed),
          stallB(stallSeed * 3 + 103, stallSeed), stallAr(stallSeed * 3 + 104, stallSeed),
          stallR(stallSeed * 3 + 105, stallSeed) {}

    void write(uint32_t address, uint32_t value) { queue.push_back({true, address, value}); }
    void read(uint32_t address) { queue.push_back({false, address, 0}); }
    bool idle() const { return queue.empty(); }
    /** Values read, in order. */
    std::deque<uint32_t> values;
    /** Responses other than OKAY. */
    unsigned errors = 0;

    void drive();
    bool sample();

private:
    struct Access {
        bool write;
        uint32_t address, value;
    };
    const LitePorts p;
    std::deque<Access> queue;
    // What of the first access is offered and what is taken already.
    bool aw = false, awDone = false, w = false, wDone = false, ar = false, arDone = false;
    Staller stallAw, stallW, stallB, stallAr, stallR;
};
