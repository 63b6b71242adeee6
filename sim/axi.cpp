#include "axi.h"

#include <cstdio>
#include <cstring>

AxiMemory::AxiMemory(unsigned index, const AxiPorts& ports, unsigned beatBytes, Memory& memory, const DramTiming& timing,
                     uint64_t seed)
    : index(index), p(ports), beatBytes(beatBytes), dram(memory, timing, beatBytes, seed ? seed * 31 + index : 0),
      stallAw(seed * 7 + index * 5 + 1, seed), stallW(seed * 7 + index * 5 + 2, seed),
      stallB(seed * 7 + index * 5 + 3, seed), stallAr(seed * 7 + index * 5 + 4, seed),
      stallR(seed * 7 + index * 5 + 5, seed) {}

void AxiMemory::drive(uint64_t now) {
    dram.step(now);
    p.awready.set(dram.canTakeWrite() && !stallAw.stall());
    // Data is taken once its address is: a port that sends data first simply waits.
    p.wready.set(!writeQueue.empty() && !stallW.stall());
    p.arready.set(dram.canTakeRead() && !stallAr.stall());

    if (!answering && !stallB.stall()) answering = dram.writeToAnswer(now);
    p.bvalid.set(answering != nullptr);
    if (answering) {
        p.bid.set(answering->id);
        p.bresp.set(answering->decodeError ? 3 : 0);
    }

    if (!rValid && !stallR.stall()) {
        if (!sending) sending = dram.readToSend(now);
        if (sending && dram.beatReady(*sending, now)) {
            rValid = true;
            p.rid.set(sending->id);
            p.rresp.set(sending->decodeError ? 3 : 0);
            p.rlast.set(sending->sent + 1 == sending->beats);
            std::memcpy(p.rdata.bytes(), &sending->data[size_t(sending->sent) * beatBytes], beatBytes);
        }
    }
    p.rvalid.set(rValid);
}

void AxiMemory::fault(const std::string& what) {
    if (faults.size() < 4) faults.push_back("m_axi" + std::to_string(index) + ": " + what);
}

void AxiMemory::hold(Watch& watch, const char* name, bool valid, bool ready, std::initializer_list<uint64_t> payload) {
    if (watch.waiting) {
        if (!valid) fault(std::string(name) + "valid fell before " + name + "ready");
        else if (!std::equal(payload.begin(), payload.end(), watch.payload.begin()))
            fault(std::string(name) + " payload changed while it waited");
    }
    watch.waiting = valid && !ready;
    if (watch.waiting) watch.payload.assign(payload);
}

void AxiMemory::checkBurst(const char* kind, uint64_t address, unsigned beats, uint64_t size, uint64_t type) {
    char text[128];
    if (type != 1 || (1u << size) != beatBytes) {
        snprintf(text, sizeof text, "%s burst of type %u and size %u: only INCR at the full width of %u bytes", kind,
                 unsigned(type), unsigned(size), beatBytes);
        fault(text);
    }
    uint64_t first = address / beatBytes * beatBytes, last = first + uint64_t(beats) * beatBytes - 1;
    if (first >> 12 != last >> 12) {
        snprintf(text, sizeof text, "%s burst of %u beats at 0x%llx crosses 4 KiB", kind, beats,
                 static_cast<unsigned long long>(address));
        fault(text);
    }
}

bool AxiMemory::takeAddresses(uint64_t now) {
    bool moved = false;
    bool arvalid = p.arvalid.get(), arready = p.arready.get();
    if (arvalid || watchAr.waiting)
        hold(watchAr, "ar", arvalid, arready, {p.araddr.get(), p.arid.get(), p.arlen.get()});
    if (arvalid && arready) {
        unsigned beats = unsigned(p.arlen.get()) + 1;
        checkBurst("read", p.araddr.get(), beats, p.arsize.get(), p.arburst.get());
        dram.submit(dram.take(false, p.arid.get(), p.araddr.get(), beats), now);
        moved = true;
    }
    bool awvalid = p.awvalid.get(), awready = p.awready.get();
    if (awvalid || watchAw.waiting)
        hold(watchAw, "aw", awvalid, awready, {p.awaddr.get(), p.awid.get(), p.awlen.get()});
    if (awvalid && awready) {
        unsigned beats = unsigned(p.awlen.get()) + 1;
        checkBurst("write", p.awaddr.get(), beats, p.awsize.get(), p.awburst.get());
        writeQueue.push_back(dram.take(true, p.awid.get(), p.awaddr.get(), beats));
        moved = true;
    }
    return moved;
}

bool AxiMemory::takeData(uint64_t now) {
    bool valid = p.wvalid.get(), ready = p.wready.get();
    if (valid || watchW.waiting) {
        uint64_t strobes = 0, data = 0;
        std::memcpy(&strobes, p.wstrb.bytes(), std::min<size_t>(8, (beatBytes + 7) / 8));
        std::memcpy(&data, p.wdata.bytes(), std::min<size_t>(8, beatBytes));
        hold(watchW, "w", valid, ready, {data, strobes, p.wlast.get()});
    }
    if (!valid || !ready) return false;
    Burst* b = writeQueue.front();
    std::memcpy(&b->data[size_t(b->arrived) * beatBytes], p.wdata.bytes(), beatBytes);
    size_t strobeBytes = (beatBytes + 7) / 8;
    std::memcpy(&b->strobes[size_t(b->arrived) * strobeBytes], p.wstrb.bytes(), strobeBytes);
    b->arrived++;
    if (bool(p.wlast.get()) != (b->arrived == b->beats))
        fault("wlast is wrong at beat " + std::to_string(b->arrived) + " of " + std::to_string(b->beats));
    if (b->arrived == b->beats) {
        writeQueue.pop_front();
        dram.submit(b, now);
    }
    return true;
}

bool AxiMemory::sample(uint64_t now) {
    // Data first: wready of this cycle belongs to the addresses taken before it.
    bool moved = takeData(now);
    moved |= takeAddresses(now);
    if (rValid && p.rready.get()) {
        rValid = false;
        moved = true;
        if (++sending->sent == sending->beats) {
            dram.release(sending);
            sending = nullptr;
        }
    }
    if (answering && p.bready.get()) {
        dram.release(answering);
        answering = nullptr;
        moved = true;
    }
    return moved;
}

std::string AxiMemory::state() const {
    char text[256];
    snprintf(text, sizeof text, "memory reads=%u writes=%u r_valid=%d r_ready=%d b_valid=%d b_ready=%d", dram.readsOutstanding(),
             dram.writesOutstanding(), rValid, int(p.rready.get()), answering != nullptr, int(p.bready.get()));
    return text;
}
