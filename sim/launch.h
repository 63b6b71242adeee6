// The launch file that the harness is given and the result file it leaves. Both stand in the working folder.
//
// One directive a line: a word and its values, separated by blanks.
//   clock MHZ                        kernel clock, for the time in traces
//   channel BASE SIZE READ_LATENCY WRITE_LATENCY ROW_MISS TURNAROUND BYTES_PER_CYCLE ROW_BYTES BANKS
//                                    (in order of the design's masters; times in kernel cycles, may be fractions)
//   buffer INDEX ADDRESS BYTES       contents in buffer-INDEX.bin, written buffers come back in buffer-INDEX.out
//   stripes LINE_BYTES ADDRESS...    the buffer before is dealt out line by line: its own address is where the first channel has
//                                    its share, these where the others have theirs
//   register OFFSET VALUE            32 bits, written in this order before the start
//   counter OFFSET                   an event counter, read after the end in this order
//   watchdog CYCLES · max-cycles CYCLES · stall-seed SEED · trace FILE (rest of the line)
#pragma once
#include "dram.h"
#include "memory.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

struct Launch {
    double clockMHz = 100;
    std::vector<DramTiming> channels;
    std::vector<Region> buffers;
    std::vector<std::pair<uint32_t, uint32_t>> registers;
    std::vector<uint32_t> counters;
    uint64_t watchdog = 100000;
    uint64_t maxCycles = ~0ull;
    uint64_t stallSeed = 0;
    std::string trace;
};

/** Reads the launch and its buffers. On trouble prints a message and exits with 2. */
Launch readLaunch(const char* path);

struct Violation {
    int site;
    uint64_t address;
    int bytes;
    bool write;
};

struct Result {
    std::string status;
    uint64_t cycles = 0;          // as the design counted them
    uint64_t simulatedCycles = 0; // reset and register accesses included
    uint64_t idleCycles = 0;      // since the last sign of life
    uint32_t errorBits = 0;
    double seconds = 0;
    bool violated = false;
    Violation violation{};
    std::vector<DramCounters> channels;
    std::vector<uint64_t> counters;
    std::vector<std::string> faults;
};

void writeResult(const char* path, const Result& result, const Memory& memory);
