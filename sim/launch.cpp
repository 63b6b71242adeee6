#include "launch.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

[[noreturn]] static void fail(const std::string& what) {
    fprintf(stderr, "soff simulator: %s\n", what.c_str());
    exit(2);
}

static void readBytes(Region& region) {
    std::string name = "buffer-" + std::to_string(region.index) + ".bin";
    FILE* file = fopen(name.c_str(), "rb");
    if (!file) fail("cannot read " + name);
    size_t got = region.bytes.empty() ? 0 : fread(region.bytes.data(), 1, region.bytes.size(), file);
    fclose(file);
    if (got != region.bytes.size()) fail(name + " is shorter than its buffer");
}

Launch readLaunch(const char* path) {
    std::ifstream in(path);
    if (!in) fail(std::string("cannot read ") + path);
    Launch l;
    std::string line;
    while (std::getline(in, line)) {
        std::istringstream words(line);
        std::string word;
        if (!(words >> word)) continue;
        bool good = true;
        if (word == "clock") {
            good = bool(words >> l.clockMHz);
        } else if (word == "channel") {
            DramTiming t;
            good = bool(words >> t.base >> t.size >> t.readLatency >> t.writeLatency >> t.rowMiss >> t.turnaround >>
                        t.bytesPerCycle >> t.rowBytes >> t.banks);
            good = good && t.bytesPerCycle > 0 && t.rowBytes > 0;
            l.channels.push_back(t);
        } else if (word == "buffer") {
            Region r;
            uint64_t bytes = 0;
            good = bool(words >> r.index >> r.address >> bytes);
            if (good) {
                r.bytes.resize(bytes);
                readBytes(r);
                l.buffers.push_back(std::move(r));
            }
        } else if (word == "stripes") {
            uint64_t address = 0;
            good = !l.buffers.empty() && words >> l.buffers.back().lineBytes && l.buffers.back().lineBytes > 0;
            while (good && words >> address) l.buffers.back().others.push_back(address);
        } else if (word == "register") {
            std::pair<uint32_t, uint32_t> r;
            good = bool(words >> r.first >> r.second);
            l.registers.push_back(r);
        } else if (word == "counter") {
            uint32_t offset = 0;
            good = bool(words >> offset);
            l.counters.push_back(offset);
        } else if (word == "watchdog") {
            good = bool(words >> l.watchdog);
        } else if (word == "max-cycles") {
            good = bool(words >> l.maxCycles);
        } else if (word == "stall-seed") {
            good = bool(words >> l.stallSeed);
        } else if (word == "trace") {
            good = bool(std::getline(words >> std::ws, l.trace));
        } else {
            good = false;
        }
        if (!good) fail(std::string(path) + ": cannot read the line: " + line);
    }
    return l;
}

static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= ' ') out += c;
    }
    return out + "\"";
}

void writeResult(const char* path, const Result& r, const Memory& memory) {
    for (const Region& region : memory.regions) {
        if (!region.written) continue;
        std::ofstream out("buffer-" + std::to_string(region.index) + ".out", std::ios::binary);
        out.write(reinterpret_cast<const char*>(region.bytes.data()), std::streamsize(region.bytes.size()));
        if (!out.flush()) fail("cannot write the buffers");
    }
    // Addresses as strings: they may exceed what a JSON reader keeps exactly.
    std::ostringstream out;
    out << "{\"status\":" << quoted(r.status) << ",\"cycles\":" << r.cycles
        << ",\"simulatedCycles\":" << r.simulatedCycles << ",\"idleCycles\":" << r.idleCycles
        << ",\"errorBits\":" << r.errorBits << ",\"seconds\":" << r.seconds;
    if (r.violated)
        out << ",\"violation\":{\"site\":" << r.violation.site << ",\"address\":\"" << r.violation.address
            << "\",\"bytes\":" << r.violation.bytes << ",\"write\":" << (r.violation.write ? "true" : "false") << "}";
    out << ",\"stray\":{\"bytes\":" << memory.strayBytes << ",\"address\":\"" << memory.firstStray << "\"}";
    out << ",\"written\":[";
    bool first = true;
    for (const Region& region : memory.regions) {
        if (!region.written) continue;
        out << (first ? "" : ",") << region.index;
        first = false;
    }
    out << "],\"channels\":[";
    for (size_t i = 0; i < r.channels.size(); i++) {
        const DramCounters& c = r.channels[i];
        out << (i ? "," : "") << "{\"readBursts\":" << c.readBursts << ",\"writeBursts\":" << c.writeBursts
            << ",\"readBeats\":" << c.readBeats << ",\"writeBeats\":" << c.writeBeats << ",\"bytesRead\":" << c.bytesRead
            << ",\"bytesWritten\":" << c.bytesWritten << ",\"rowMisses\":" << c.rowMisses
            << ",\"turnarounds\":" << c.turnarounds << ",\"decodeErrors\":" << c.decodeErrors << "}";
    }
    out << "],\"counters\":[";
    for (size_t i = 0; i < r.counters.size(); i++) out << (i ? "," : "") << r.counters[i];
    out << "],\"faults\":[";
    for (size_t i = 0; i < r.faults.size(); i++) out << (i ? "," : "") << quoted(r.faults[i]);
    out << "]}\n";
    std::ofstream file(path);
    file << out.str();
    if (!file.flush()) fail(std::string("cannot write ") + path);
}
