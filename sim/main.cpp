// Runs one kernel launch on a verilated design: SIMULATOR LAUNCH RESULT. The state of everything that can wait goes to
// standard output (SOFF-STATE lines), progress to standard error (SOFF-PROGRESS lines).
#include "axi.h"
#include "control.h"
#include "launch.h"
#include "model.h"

#include <chrono>
#include <cstdio>
#include <memory>

namespace {

Memory memory;
bool violated = false;
Violation violation;
uint64_t accesses = 0;

// Register map of soff_control.
enum : uint32_t { kControl = 0x00, kGlobalInterrupt = 0x04, kInterruptEnable = 0x08, kStatus = 0x10, kCycles = 0x18 };
/** Cycles after which soff_counters has everything, for 256 events. */
constexpr int kCountersSettle = 520;

class Run {
public:
    Run(const Launch& launch, const Model& model)
        : launch(launch), model(model), control(model.control, launch.stallSeed),
          picoseconds(1e6 / launch.clockMHz),
          // A design that does not tell when it moves may compute for long without touching memory.
          patience(model.progress ? launch.watchdog : 50 * launch.watchdog) {
        for (size_t c = 0; c < model.channels.size(); c++)
            channels.emplace_back(new AxiMemory(unsigned(c), model.channels[c], model.axiBytes, memory,
                                                launch.channels[c], launch.stallSeed));
    }

    Result go() {
        begun = std::chrono::steady_clock::now();
        model.rst.set(1);
        for (int i = 0; i < 16; i++) cycle();
        model.rst.set(0);
        inReset = false;
        violated = false;
        for (const auto& r : launch.registers) control.write(r.first, r.second);
        control.write(kInterruptEnable, 1);
        control.write(kGlobalInterrupt, 1);
        control.write(kControl, 1);

        Result r;
        r.status = untilDone();
        if (r.status == "done") {
            for (size_t c = 0; c < channels.size(); c++)
                if (!channels[c]->idle())
                    r.faults.push_back("m_axi" + std::to_string(c) + ": done with transactions under way");
            for (uint32_t offset : {0u + kControl, 0u + kStatus, 0u + kCycles, kCycles + 4u}) control.read(offset);
            for (int i = 0; i < 100000 && !control.idle(); i++) cycle();
            if (!control.idle()) {
                r.faults.push_back("the control registers do not answer");
            } else {
                auto& v = control.values;
                if (!(v[0] & 2)) r.faults.push_back("interrupt without the done bit");
                r.errorBits = v[1];
                r.cycles = v[2] | uint64_t(v[3]) << 32;
                if (r.errorBits) r.status = "memoryError";
                readCounters(r);
            }
        } else {
            r.cycles = started ? now - startedAt : 0;
        }
        if (control.errors) r.faults.push_back("the control registers answered with an error");
        r.simulatedCycles = now;
        r.idleCycles = now - lastMove;
        for (const auto& c : channels) {
            r.channels.push_back(c->counters());
            r.faults.insert(r.faults.end(), c->faults.begin(), c->faults.end());
        }
        for (const DramCounters& c : r.channels)
            if (c.decodeErrors && r.status == "done") r.status = "memoryError";
        r.violated = violated;
        r.violation = violation;
        r.seconds = elapsed();
        return r;
    }

    void printStates() const {
        for (size_t c = 0; c < channels.size(); c++) printf("SOFF-STATE m_axi%zu %s\n", c, channels[c]->state().c_str());
    }

private:
    const char* untilDone() {
        while (!model.irq.get()) {
            cycle();
            if (violated) return "outOfBounds";
            if (!started && control.idle()) {
                started = true;
                startedAt = now;
            }
            if (now - lastMove > patience) return "hang";
            if (started && now - startedAt >= launch.maxCycles) return "maxCycles";
            if ((now & 1023) == 0) report();
        }
        return "done";
    }

    void readCounters(Result& r) {
        if (launch.counters.empty()) return;
        // The last events are on their way into the counters until then.
        for (int i = 0; i < kCountersSettle; i++) cycle();
        control.values.clear();
        for (uint32_t offset : launch.counters) {
            control.read(offset);
            control.read(offset + 4);
        }
        for (int i = 0; i < 100000 && !control.idle(); i++) cycle();
        auto& v = control.values;
        for (size_t i = 0; i + 1 < v.size(); i += 2) r.counters.push_back(v[i] | uint64_t(v[i + 1]) << 32);
    }

    void cycle() {
        control.drive();
        for (auto& c : channels) c->drive(now);
        model.clk.set(0);
        model.eval();
        if (!launch.trace.empty()) model.dumpTrace(uint64_t((double(now) + 0.5) * picoseconds));

        bool moved = inReset;
        if (!inReset) {
            moved |= control.sample();
            for (auto& c : channels) moved |= c->sample(now);
            if (model.progress) moved |= model.progress.get() != 0;
        }

        model.clk.set(1);
        model.eval();
        now++;
        if (!launch.trace.empty()) model.dumpTrace(uint64_t(double(now) * picoseconds));
        if (moved || accesses != accessesSeen) {
            accessesSeen = accesses;
            lastMove = now;
        }
    }

    double elapsed() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    }

    void report() {
        double t = elapsed();
        if (t < nextReport) return;
        nextReport = t + 0.5;
        fprintf(stderr, "SOFF-PROGRESS %llu %.3f\n", static_cast<unsigned long long>(started ? now - startedAt : 0), t);
        fflush(stderr);
    }

    const Launch& launch;
    const Model& model;
    ControlMaster control;
    std::vector<std::unique_ptr<AxiMemory>> channels;
    const double picoseconds;
    const uint64_t patience;
    uint64_t now = 0, lastMove = 0, accessesSeen = 0, startedAt = 0;
    bool started = false;
    // Nothing that the design says before the end of its reset means anything.
    bool inReset = true;
    double nextReport = 0.5;
    std::chrono::steady_clock::time_point begun;
};

} // namespace

/** The design calls this at every memory access that is issued. */
extern "C" void soff_access(int site, long long address, int bytes, unsigned char write) {
    accesses++;
    if (violated) return;
    uint64_t at = static_cast<uint64_t>(address);
    if (memory.contains(at, static_cast<uint64_t>(bytes), static_cast<unsigned>(site))) return;
    violated = true;
    violation = {site, at, bytes, write != 0};
}

int main(int argc, char** argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s LAUNCH RESULT\n", argv[0]);
        return 2;
    }
    Launch launch = readLaunch(argv[1]);
    Model model = makeModel(launch.stallSeed);
    if (launch.channels.size() != model.channels.size()) {
        fprintf(stderr, "soff simulator: the launch has %zu channels, the design %zu\n", launch.channels.size(),
                model.channels.size());
        return 2;
    }
    if (!memory.setRegions(std::move(launch.buffers))) {
        fprintf(stderr, "soff simulator: buffers overlap\n");
        return 2;
    }
    if (!launch.trace.empty() && !model.openTrace(launch.trace.c_str())) {
        fprintf(stderr, "soff simulator: cannot write the trace %s\n", launch.trace.c_str());
        return 2;
    }
    Run run(launch, model);
    Result result = run.go();
    model.closeTrace();
    // Prints the state of every module.
    model.final();
    run.printStates();
    writeResult(argv[2], result, memory);
    return 0;
}
