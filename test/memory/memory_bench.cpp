// Drives memory_rig with random request streams and compares every answer, and memory after each flush, with a plain
// array. The order in which requests are accepted is the order in which the array sees them.
//
// Arguments: name=value, see `Settings`. Prints one JSON object. Exit code 1 and a line on stderr when something is wrong.
#include "Vmemory_rig.h"
#include "verilated.h"

#include "atomics.h"
#include "axi_memory.h"

#include <memory>
#include <string>

// The rig's parameters, the same as Verilator was given (rig.ts gives both).
#ifndef CLIENTS
#error "the rig's parameters come as macros"
#endif

struct Settings {
  std::map<std::string, long> values = {
      {"seed", 1}, {"ops", 4000}, {"runs", 2}, {"units", 7}, {"clients", CLIENTS}, {"pattern", 0}, {"store", 50},
      {"idle", 0}, {"size", 0}, {"bytes", 16384}, {"stride", 64}, {"latencyMin", 20}, {"latencyMax", 60}, {"stall", 0},
      {"reorder", 0}, {"errorEvery", 0}, {"partial", 20}, {"flush", 1}, {"warm", 0}, {"credit", 1024},
      {"atomic", ATOMICS ? 40 : 0}, {"op", 0}};
  Settings(int argc, char** argv) {
    for (int i = 1; i < argc; i++) {
      std::string text = argv[i];
      size_t eq = text.find('=');
      std::string name = text.substr(0, eq);
      if (eq == std::string::npos || !values.count(name)) { std::fprintf(stderr, "unknown argument %s\n", argv[i]); std::exit(2); }
      values[name] = std::stol(text.substr(eq + 1), nullptr, 0);
    }
  }
  long operator[](const char* name) const { return values.at(name); }
};

enum Pattern { MIXED, UNIFORM, HOT, STREAM, STRIDE, CONFLICT };

struct Expected { std::vector<uint8_t> bytes; };
struct Client {
  std::deque<Expected> expected;
  long left = 0;
  bool active = false;
  uint64_t offset = 0;  // within the unit's region
  int size = 1;
  bool write = false;
  int op = 0;
  uint64_t cursor = 0;
  int pattern = UNIFORM;
};

class Bench {
 public:
  explicit Bench(const Settings& s) : s(s), random(s["seed"]), top(new Vmemory_rig), memory(top.get(), options(), total(), random) {
    for (auto& b : memory.bytes) b = random();
    reference = memory.bytes;
  }

  int run() {
    top->rst = 1;
    for (int i = 0; i < 3; i++) tick();
    top->rst = 0;
    uint64_t first = 0, last = 0, accesses = 0, flushCycles = 0;
    for (long r = 0; r < s["runs"]; r++) {
      top->start = 1;
      tick();
      top->start = 0;
      if (s["warm"]) for (int i = 0; i < SETS + 10; i++) tick();
      for (int i = 0; i < 3 * CLIENTS; i++) begin(i);
      firstAccept = 0;
      accepted = 0;
      while (!idle()) {
        offer();
        tick();
        if (memory.cycle - lastProgress > 20000 + 20 * s["latencyMax"]) fail("no progress");
      }
      first = firstAccept, last = lastAnswer, accesses = accepted;
      if (!s["flush"]) {
        // `start` alone must make everything forgotten.
        if (s["units"] == 2) disturb();
        continue;
      }
      uint64_t before = memory.cycle;
      top->flush = 1;
      while ((top->flushed & 7) != 7) {
        tick();
        if (memory.cycle - before > 200000) fail("flush does not end");
      }
      flushCycles = memory.cycle - before;
      if (memory.busy()) fail("flushed while writes are under way");
      compareMemory();
      for (long i = random() % 40; i > 0; i--) tick();
      top->flush = 0;
      for (long i = random() % 3; i > 0; i--) tick();
      disturb();
    }
    if ((top->error != 0) != (memory.errors > 0)) fail("error output");
    top->final();
    std::printf("{\"accesses\":%llu,\"cycles\":%llu,\"flush\":%llu,\"readBeats\":%llu,\"readBursts\":%llu,\"writeBeats\":%llu,\"writeBursts\":%llu,\"answers\":%llu}\n",
                (unsigned long long)accesses, (unsigned long long)(last - first), (unsigned long long)flushCycles,
                (unsigned long long)memory.readBeats, (unsigned long long)memory.readBursts, (unsigned long long)memory.writeBeats,
                (unsigned long long)memory.writeBursts, (unsigned long long)answers);
    return 0;
  }

 private:
  const Settings& s;
  std::mt19937_64 random;
  std::unique_ptr<Vmemory_rig> top;
  AxiMemory<Vmemory_rig> memory;
  std::vector<uint8_t> reference;
  Client clients[3 * CLIENTS];
  uint64_t firstAccept = 0, lastAnswer = 0, accepted = 0, answers = 0, lastProgress = 0;

  MemoryOptions options() const {
    MemoryOptions o;
    o.base = 0x40000;
    o.axiBytes = AXI_BYTES, o.maxBurst = MAX_BURST > LINE_BYTES / AXI_BYTES ? MAX_BURST : LINE_BYTES / AXI_BYTES;
    o.latencyMin = s["latencyMin"], o.latencyMax = s["latencyMax"];
    o.stallAr = o.stallAw = o.stallW = o.stallR = o.stallB = s["stall"];
    o.reorder = s["reorder"], o.errorEvery = s["errorEvery"];
    return o;
  }
  // Another master writes between launches: the cache must not keep anything.
  void disturb() {
    for (size_t i = 0; i < 64; i++) {
      size_t at = random() % memory.bytes.size();
      memory.bytes[at] = reference[at] = random();
    }
  }
  // The regions of the units meet in the middle of a line where the grain allows it.
  uint64_t regionBytes() const { return s["bytes"] - s["bytes"] % largest(); }
  static int largest() { int p = 1; while (p < DATA_BYTES || p < GRAIN_BYTES) p *= 2; return p; }
  uint64_t regionBase(int unit) const { return 256 * 1024 + unit * (regionBytes() + largest()); }
  size_t total() const { size_t n = regionBase(3) - 0x40000 + 8192; return n - n % 4096; }

  [[noreturn]] void fail(const char* what) { uint64_t cycle = memory.cycle; FAIL("%s", what); }

  void begin(int index) {
    Client& c = clients[index];
    bool used = (s["units"] >> (index / CLIENTS)) & 1 && index % CLIENTS < s["clients"];
    c.left = used ? s["ops"] : 0;
    c.cursor = 0;
    c.pattern = s["pattern"] ? s["pattern"] : UNIFORM + random() % 5;
  }
  bool idle() const {
    for (const Client& c : clients) if (c.left || c.active || !c.expected.empty()) return false;
    return true;
  }

  void choose(Client& c, int unit) {
    int p = s["pattern"] || random() % 512 ? c.pattern : (c.pattern = UNIFORM + random() % 5);
    do {
      int sizes = 0;
      while ((1 << sizes) <= DATA_BYTES) sizes++;
      c.size = s["size"] ? s["size"] : random() % 4 == 0 ? DATA_BYTES : 1 << random() % sizes;
    } while (c.size > DATA_BYTES);
    uint64_t align = 1;
    while (align < uint64_t(c.size) || align < GRAIN_BYTES) align *= 2;
    uint64_t places = regionBytes() / align, place;
    switch (p) {
      case HOT: place = random() % 10 ? random() % (512 / align + 1) : random(); break;
      case STREAM: place = c.cursor / align; c.cursor = (place + 1) * align; break;
      case STRIDE: place = c.cursor / align; c.cursor += s["stride"] + (random() % 64 == 0 ? LINE_BYTES : 0); break;
      case CONFLICT: place = (random() % 8 * (LINE_BYTES * SETS) + random() % LINE_BYTES) / align; break;
      default: place = random();
    }
    c.offset = place % places * align;
    c.op = 0;
    c.write = unit == 2 || (unit == 0 && int(random() % 100) < s["store"]);
    if (unit != 0 || (c.size != 4 && c.size != 8) || int(random() % 100) >= s["atomic"]) return;
    c.write = false;
    do c.op = s["op"] ? s["op"] : 1 + random() % 14;
    while (c.op == FADD_OP && (!FADD || (FADD == 2 && c.size != 4) || (FADD == 3 && c.size != 8)));
  }
  uint64_t value(size_t at, int size) const {
    uint64_t v = 0;
    for (int k = 0; k < size; k++) v |= uint64_t(reference[at + k]) << (8 * k);
    return v;
  }
  /** Operand and mask of an atomic; now and then the comparand is right. */
  void setAtomic(int i) {
    Client& c = clients[i];
    size_t at = regionBase(i / CLIENTS) + c.offset - 0x40000;
    uint64_t operand = atomicOperand(random, c.op, c.size);
    for (int k = 0; k < c.size; k += 4) top->req_wdata[i][k / 4] = operand >> (8 * k);
    top->req_wmask[i][0] = c.size == 8 ? 255 : 15;
    top->req_compare[i] = random() % 4 ? value(at, c.size) : atomicOperand(random, c.op, c.size);
    if (c.size == 4) top->req_compare[i] = uint32_t(top->req_compare[i]) | random() << 32;
  }

  void offer() {
    for (int i = 0; i < 3 * CLIENTS; i++) {
      Client& c = clients[i];
      if (!c.active && c.left && c.expected.size() < size_t(s["credit"]) && !(s["idle"] && int(random() % 100) < s["idle"])) {
        choose(c, i / CLIENTS);
        c.active = true;
        c.left--;
        set(top->req_valid, i, true);
        set(top->req_write, i, c.write);
        top->req_addr[i] = regionBase(i / CLIENTS) + c.offset;
        for (int k = 0; k < 32; k++) top->req_wdata[i][k] = random();
        for (int k = 0; k < 4; k++) top->req_wmask[i][k] = 0;
        bool partial = int(random() % 100) < s["partial"];
        for (int k = 0; k < c.size; k++)
          if (!partial || random() & 1) top->req_wmask[i][k / 32] |= 1u << (k % 32);
        top->req_op[i] = c.op;
        top->req_compare[i] = random();
        if (c.op) setAtomic(i);
      } else if (!c.active) {
        set(top->req_valid, i, false);
        top->req_addr[i] = random();
      }
    }
  }

  template <class T> static void set(T& bits, int i, bool v) { bits = T((bits & ~(T(1) << i)) | (T(v) << i)); }

  void tick() {
    memory.drive();
    top->clk = 0;
    top->eval();
    if (!top->rst) {
      memory.edge();
      observe();
    } else {
      memory.cycle++;
    }
    top->clk = 1;
    top->eval();
    // Requests taken in this cycle are withdrawn.
    for (int i = 0; i < 3 * CLIENTS; i++) if (!clients[i].active) set(top->req_valid, i, false);
  }

  void observe() {
    for (int unit = 0; unit < 3; unit++) {
      int taken = 0;
      for (int j = 0; j < CLIENTS; j++) {
        int i = unit * CLIENTS + j;
        answer(i);
        if (!((top->req_valid >> i) & (top->req_ready >> i) & 1)) continue;
        taken++;
        accept(i);
      }
      if (taken > 1) fail("two requests accepted at once");
    }
  }

  void accept(int i) {
    Client& c = clients[i];
    size_t at = regionBase(i / CLIENTS) + c.offset - 0x40000;
    if (c.write) {
      for (int k = 0; k < c.size; k++)
        if ((top->req_wmask[i][k / 32] >> (k % 32)) & 1) reference[at + k] = top->req_wdata[i][k / 4] >> (8 * (k % 4));
      lastAnswer = memory.cycle;
    } else {
      c.expected.push_back({std::vector<uint8_t>(reference.begin() + at, reference.begin() + at + c.size)});
    }
    if (c.op) {
      uint64_t operand = top->req_wdata[i][0] | uint64_t(top->req_wdata[i][1]) << 32;
      uint64_t v = atomicResult(c.op, c.size, value(at, c.size), operand, top->req_compare[i]);
      for (int k = 0; k < c.size; k++) reference[at + k] = v >> (8 * k);
    }
    c.active = false;
    if (!accepted++) firstAccept = memory.cycle;
    lastProgress = memory.cycle;
  }

  void answer(int i) {
    if (!((top->resp_valid >> i) & 1)) return;
    Client& c = clients[i];
    if (c.expected.empty()) fail("an answer that nobody asked for");
    const Expected& e = c.expected.front();
    for (size_t k = 0; k < e.bytes.size(); k++) {
      uint8_t got = top->resp_data[i / CLIENTS][k / 4] >> (8 * (k % 4));
      if (got != e.bytes[k]) {
        uint64_t cycle = memory.cycle;
        FAIL("unit %d client %d answer %llu byte %zu of %zu is %02x, not %02x", i / CLIENTS, i % CLIENTS, (unsigned long long)answers, k, e.bytes.size(), got, e.bytes[k]);
      }
    }
    c.expected.pop_front();
    answers++;
    lastAnswer = lastProgress = memory.cycle;
  }

  void compareMemory() {
    uint64_t cycle = memory.cycle;
    for (size_t i = 0; i < reference.size(); i++)
      if (memory.bytes[i] != reference[i]) FAIL("memory at %zx is %02x, not %02x", i + 0x40000, memory.bytes[i], reference[i]);
  }
};

int main(int argc, char** argv) {
  Verilated::commandArgs(1, argv);
  Settings settings(argc, argv);
  return std::make_unique<Bench>(settings)->run();
}
