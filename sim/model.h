// What the harness sees of a verilated design. binding.cpp, the only file compiled anew for each design, fills this in.
#pragma once
#include <cstdint>
#include <cstring>
#include <vector>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "ports are read as little-endian bytes");

/** A top-level port: where Verilator keeps it. Wide ports are 32-bit words, low first, thus plain bytes. */
struct Port {
    void* data = nullptr;
    unsigned size = 0; // bytes of storage

    explicit operator bool() const { return data != nullptr; }

    uint64_t get() const {
        switch (size) {
        case 1: return *static_cast<const uint8_t*>(data);
        case 2: return *static_cast<const uint16_t*>(data);
        case 4: return *static_cast<const uint32_t*>(data);
        default: {
            uint64_t v;
            std::memcpy(&v, data, sizeof v);
            return v;
        }
        }
    }

    void set(uint64_t v) const {
        switch (size) {
        case 1: *static_cast<uint8_t*>(data) = static_cast<uint8_t>(v); break;
        case 2: *static_cast<uint16_t*>(data) = static_cast<uint16_t>(v); break;
        case 4: *static_cast<uint32_t*>(data) = static_cast<uint32_t>(v); break;
        default: std::memcpy(data, &v, sizeof v);
        }
    }

    uint8_t* bytes() const { return static_cast<uint8_t*>(data); }
};

/** One AXI4 master of the design. */
struct AxiPorts {
    Port awvalid, awready, awid, awaddr, awlen, awsize, awburst;
    Port wvalid, wready, wdata, wstrb, wlast;
    Port bvalid, bready, bid, bresp;
    Port arvalid, arready, arid, araddr, arlen, arsize, arburst;
    Port rvalid, rready, rid, rdata, rresp, rlast;
};

/** The design's AXI4-Lite slave. */
struct LitePorts {
    Port awvalid, awready, awaddr, wvalid, wready, wdata, wstrb, bvalid, bready, bresp;
    Port arvalid, arready, araddr, rvalid, rready, rdata, rresp;
};

struct Model {
    Port clk, rst, irq;
    /** High in cycles in which any part of the design moved; absent in designs that do not tell. */
    Port progress;
    LitePorts control;
    std::vector<AxiPorts> channels;
    unsigned axiBytes = 0;

    void (*eval)() = nullptr;
    void (*final)() = nullptr;
    /** Opens a trace; false when the simulator was built without tracing. */
    bool (*openTrace)(const char* path) = nullptr;
    void (*dumpTrace)(uint64_t picoseconds) = nullptr;
    void (*closeTrace)() = nullptr;
};

/** Makes the one model. `seed` 0: registers without reset start at zero, otherwise at random. */
Model makeModel(uint64_t seed);
