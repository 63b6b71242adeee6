// Binds the ports of one verilated design (class Vtop) to the harness. soff_design.h is generated beside it and defines
// SOFF_AXI_BYTES and SOFF_CHANNELS(X).
#include "model.h"
#include "soff_design.h"

#include "Vtop.h"
#include "verilated.h"
#if VM_TRACE
#include "verilated_fst_c.h"
#endif

namespace {

Vtop* top = nullptr;
#if VM_TRACE
VerilatedFstC* trace = nullptr;
#endif

template <class T> Port port(T& signal) { return Port{&signal, sizeof(T)}; }

// `progress` is optional: taken when the class has such a member.
template <class T> auto progressOf(T* t, int) -> decltype(port(t->progress)) { return port(t->progress); }
template <class T> Port progressOf(T*, long) { return Port{}; }

} // namespace

Model makeModel(uint64_t seed) {
    Verilated::randReset(seed ? 2 : 0);
    Verilated::randSeed(static_cast<int>(seed & 0x7fffffff));
#if VM_TRACE
    Verilated::traceEverOn(true);
#endif
    top = new Vtop("");
    Model m;
    m.clk = port(top->clk);
    m.rst = port(top->rst);
    m.irq = port(top->irq);
    m.progress = progressOf(top, 0);
    m.axiBytes = SOFF_AXI_BYTES;

#define LITE(name) m.control.name = port(top->s_axi_##name);
    LITE(awvalid) LITE(awready) LITE(awaddr) LITE(wvalid) LITE(wready) LITE(wdata) LITE(wstrb)
    LITE(bvalid) LITE(bready) LITE(bresp)
    LITE(arvalid) LITE(arready) LITE(araddr) LITE(rvalid) LITE(rready) LITE(rdata) LITE(rresp)

#define AXI(c, name) p.name = port(top->m_axi##c##_##name);
#define CHANNEL(c)                                                                                                     \
    {                                                                                                                  \
        AxiPorts p;                                                                                                    \
        AXI(c, awvalid) AXI(c, awready) AXI(c, awid) AXI(c, awaddr) AXI(c, awlen) AXI(c, awsize) AXI(c, awburst)       \
        AXI(c, wvalid) AXI(c, wready) AXI(c, wdata) AXI(c, wstrb) AXI(c, wlast)                                        \
        AXI(c, bvalid) AXI(c, bready) AXI(c, bid) AXI(c, bresp)                                                        \
        AXI(c, arvalid) AXI(c, arready) AXI(c, arid) AXI(c, araddr) AXI(c, arlen) AXI(c, arsize) AXI(c, arburst)       \
        AXI(c, rvalid) AXI(c, rready) AXI(c, rid) AXI(c, rdata) AXI(c, rresp) AXI(c, rlast)                            \
        m.channels.push_back(p);                                                                                       \
    }
    SOFF_CHANNELS(CHANNEL)

    m.eval = [] { top->eval(); };
    m.final = [] { top->final(); };
#if VM_TRACE
    m.openTrace = [](const char* path) {
        trace = new VerilatedFstC;
        top->trace(trace, 99);
        trace->open(path);
        return trace->isOpen();
    };
    m.dumpTrace = [](uint64_t picoseconds) {
        if (trace) trace->dump(picoseconds);
    };
    m.closeTrace = [] {
        if (trace) trace->close();
    };
#else
    m.openTrace = [](const char*) { return false; };
    m.dumpTrace = [](uint64_t) {};
    m.closeTrace = [] {};
#endif
    return m;
}
