#include "control.h"

void ControlMaster::drive() {
    const bool any = !queue.empty();
    const bool write = any && queue.front().write;
    const bool read = any && !queue.front().write;
    if (write && !aw && !awDone && !stallAw.stall()) aw = true;
    if (write && !w && !wDone && !stallW.stall()) w = true;
    if (read && !ar && !arDone && !stallAr.stall()) ar = true;
    p.awvalid.set(aw);
    p.wvalid.set(w);
    p.arvalid.set(ar);
    if (any) {
        p.awaddr.set(queue.front().address);
        p.araddr.set(queue.front().address);
        p.wdata.set(queue.front().value);
        p.wstrb.set(15);
    }
    p.bready.set(!stallB.stall());
    p.rready.set(!stallR.stall());
}

bool ControlMaster::sample() {
    if (queue.empty()) return false;
    bool moved = false;
    if (aw && p.awready.get()) {
        aw = false;
        moved = awDone = true;
    }
    if (w && p.wready.get()) {
        w = false;
        moved = wDone = true;
    }
    if (ar && p.arready.get()) {
        ar = false;
        moved = arDone = true;
    }
    bool answered = false;
    if (p.bvalid.get() && p.bready.get()) {
        if (p.bresp.get() != 0) errors++;
        answered = true;
    }
    if (p.rvalid.get() && p.rready.get()) {
        if (p.rresp.get() != 0) errors++;
        values.push_back(static_cast<uint32_t>(p.rdata.get()));
        answered = true;
    }
    if (answered) {
        queue.pop_front();
        awDone = wDone = arDone = false;
        moved = true;
    }
    return moved;
}
