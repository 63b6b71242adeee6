// Drives scratch_rig with random requests and compares every answer, and all of the memory at the end, with a plain
// array. Requests take effect in the order of acceptance; within a cycle loads and atomics come before stores.
//
// Arguments: name=value, see `values`. Prints one JSON object. Exit code 1 and a line on stderr when something is wrong.
#include "Vscratch_rig.h"
#include "verilated.h"

#include "atomics.h"

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

enum Kind { LOAD, STORE, ATOMIC };
enum Pattern { MIXED, UNIFORM, HOT, STREAM, STRIDE, TOGETHER };

struct Request {
  uint32_t at = 0;
  int size = 4, op = 0;
  std::vector<uint8_t> data;
  std::vector<bool> mask;
  uint64_t operand = 0, compare = 0;
};
struct Answer { std::vector<uint8_t> bytes; uint64_t accepted; };
struct Client {
  bool active = false;
  Request request;
  uint64_t since = 0, accepted = 0;
  uint32_t cursor = 0;
  std::deque<Answer> expected;
};

static int kindOf(int client) { return int((unsigned long long)(KINDS) >> (2 * client)) & 3; }

class Bench {
 public:
  Bench(int argc, char** argv) {
    values = {{"seed", 1}, {"ops", 4000}, {"idle", 0}, {"pattern", 0}, {"bytes", BYTES}, {"size", 0}, {"op", 0}, {"stride", 64}, {"partial", 20}, {"clients", (1 << CLIENTS) - 1}};
    for (int i = 1; i < argc; i++) {
      std::string text = argv[i];
      size_t eq = text.find('=');
      if (eq == std::string::npos || !values.count(text.substr(0, eq))) std::fprintf(stderr, "unknown argument %s\n", argv[i]), std::exit(2);
      values[text.substr(0, eq)] = std::stol(text.substr(eq + 1));
    }
    random.seed(values["seed"]);
    model.resize(BYTES);
  }

  int run() {
    top->rst = 1;
    for (int i = 0; i < 3; i++) tick();
    top->rst = 0;
    fill();
    drain();
    cycle = longest = accepted = 0;
    for (Client& c : clients) c.accepted = 0;
    first = ~0ull;
    shortest = ~0ull, slowest = 0;
    for (long left = values["ops"] * CLIENTS; left > 0;) {
      for (int k = 0; k < CLIENTS; k++) {
        if (left <= 0 || clients[k].active || !(values["clients"] >> k & 1) || chance(values["idle"])) continue;
        choose(k);
        left--;
      }
      tick();
    }
    uint64_t busy = last - first + 1, count = accepted, wait = longest;
    drain();
    sweep();
    std::printf("{\"accesses\":%llu,\"cycles\":%llu,\"longestWait\":%llu,\"fastest\":%llu,\"slowest\":%llu,\"clients\":[", (unsigned long long)count, (unsigned long long)busy, (unsigned long long)wait, (unsigned long long)shortest, (unsigned long long)slowest);
    for (int k = 0; k < CLIENTS; k++) std::printf("%s%llu", k ? "," : "", (unsigned long long)clients[k].accepted);
    std::printf("]}\n");
    top->final();
    return 0;
  }

 private:
  std::map<std::string, long> values;
  std::mt19937_64 random;
  std::unique_ptr<Vscratch_rig> top{new Vscratch_rig};
  std::vector<uint8_t> model;
  Client clients[CLIENTS];
  uint64_t cycle = 0, first = ~0ull, last = 0, accepted = 0, longest = 0, shortest = ~0ull, slowest = 0;

  bool chance(long percent) { return percent > 0 && long(random() % 100) < percent; }
  template <class... A> [[noreturn]] void fail(const char* format, A... a) {
    std::fprintf(stderr, "FAIL cycle %llu: ", (unsigned long long)cycle);
    std::fprintf(stderr, format, a...);
    std::fprintf(stderr, "\n");
    std::exit(1);
  }

  void choose(int k) {
    Client& c = clients[k];
    Request r;
    int kind = kindOf(k);
    do r.size = values["size"] ? values["size"] : kind == ATOMIC ? 4 << random() % 2 : 1 + random() % DATA_BYTES;
    while (r.size > DATA_BYTES || (!values["size"] && r.size > 4 && r.size < DATA_BYTES && random() % 4));
    uint32_t align = 1;
    while (align < uint32_t(r.size) || align < GRAIN_BYTES) align *= 2;
    if (r.size > DATA_BYTES) r.size = DATA_BYTES;
    uint32_t range = values["bytes"], places = range / align;
    if (!places) places = 1;
    long pattern = values["pattern"] ? values["pattern"] : UNIFORM + random() % 5;
    switch (pattern) {
      case HOT: r.at = random() % 8 * align; break;
      case STREAM: r.at = c.cursor, c.cursor += align; break;
      case STRIDE: r.at = c.cursor, c.cursor += values["stride"] + (random() % 16 ? 0 : align); break;
      case TOGETHER: r.at = (cycle / 4 % places) * align; break;
      default: r.at = random() % places * align;
    }
    r.at = r.at / align % places * align;
    if (kind == ATOMIC) {
      do r.op = values["op"] ? values["op"] : 1 + random() % 14;
      while (r.op == FADD_OP && (!FADD || (FADD == 2 && r.size != 4) || (FADD == 3 && r.size != 8)));
      r.operand = atomicOperand(random, r.op, r.size);
      r.compare = load(r.at, r.size);
      if (random() % 4 == 0) r.compare = atomicOperand(random, r.op, r.size);
      for (int i = 0; i < r.size; i++) r.data.push_back(r.operand >> (8 * i)), r.mask.push_back(true);
    }
    bool partial = chance(values["partial"]);
    if (kind == STORE)
      for (int i = 0; i < r.size; i++) r.data.push_back(random()), r.mask.push_back(!partial || random() % 2);
    raise(k, r);
  }

  void raise(int k, const Request& r) {
    Client& c = clients[k];
    c.request = r;
    c.active = true;
    c.since = cycle;
    top->req_valid |= 1u << k;
    top->req_addr[k] = r.at;
    // What lies above the access is void.
    for (int i = 0; i < 32; i++) top->req_data[k][i] = random();
    for (int i = 0; i < 4; i++) top->req_mask[k][i] = 0;
    for (size_t i = 0; i < r.data.size(); i++) {
      uint32_t& word = top->req_data[k][i / 4];
      word = (word & ~(0xffu << (8 * (i % 4)))) | uint32_t(r.data[i]) << (8 * (i % 4));
      if (r.mask[i]) top->req_mask[k][i / 32] |= 1u << (i % 32);
    }
    top->req_op[k] = r.op;
    top->req_compare[k] = r.compare;
    if (r.size == 4) top->req_compare[k] = uint32_t(r.compare) | random() << 32;
  }

  void tick() {
    top->clk = 0;
    top->eval();
    if (!top->rst) observe();
    cycle++;
    top->clk = 1;
    top->eval();
    for (int k = 0; k < CLIENTS; k++)
      if (!clients[k].active) {
        top->req_valid &= ~(1u << k);
        top->req_addr[k] = random();
      }
  }

  void observe() {
    for (int k = 0; k < CLIENTS; k++) answer(k);
    for (int pass = 0; pass < 2; pass++)
      for (int k = 0; k < CLIENTS; k++) {
        bool ready = top->req_ready >> k & 1;
        if (pass == 0 && ready && !clients[k].active) fail("client %d: ready without a request", k);
        if (ready && (kindOf(k) == STORE) == (pass == 1)) accept(k);
      }
    for (Client& c : clients)
      if (c.active && cycle - c.since > 2000) fail("a request is never accepted");
  }

  uint64_t load(uint32_t at, int size) {
    uint64_t v = 0;
    for (int i = 0; i < size && i < 8; i++) v |= uint64_t(model[at + i]) << (8 * i);
    return v;
  }

  void accept(int k) {
    Client& c = clients[k];
    const Request& r = c.request;
    if (kindOf(k) != STORE) c.expected.push_back({{model.begin() + r.at, model.begin() + r.at + r.size}, cycle});
    if (kindOf(k) == STORE)
      for (int i = 0; i < r.size; i++) if (r.mask[i]) model[r.at + i] = r.data[i];
    if (kindOf(k) == ATOMIC) {
      uint64_t v = atomicResult(r.op, r.size, load(r.at, r.size), r.operand, r.compare);
      for (int i = 0; i < r.size; i++) model[r.at + i] = v >> (8 * i);
    }
    if (cycle - c.since > longest) longest = cycle - c.since;
    if (first == ~0ull) first = cycle;
    last = cycle;
    accepted++, c.accepted++;
    c.active = false;
  }

  void answer(int k) {
    if (!(top->resp_valid >> k & 1)) return;
    Client& c = clients[k];
    if (c.expected.empty()) fail("client %d: an answer that nobody asked for", k);
    const Answer& e = c.expected.front();
    for (size_t i = 0; i < e.bytes.size(); i++) {
      uint8_t got = top->resp_data[k][i / 4] >> (8 * (i % 4));
      if (got != e.bytes[i]) fail("client %d byte %zu of %zu is %02x, not %02x", k, i, e.bytes.size(), got, e.bytes[i]);
    }
    uint64_t latency = cycle - e.accepted;
    if (latency < shortest) shortest = latency;
    if (latency > slowest) slowest = latency;
    c.expected.pop_front();
  }

  bool waiting() const {
    for (const Client& c : clients) if (c.active || !c.expected.empty()) return true;
    return false;
  }
  void drain() {
    for (int i = 0; waiting(); i++) {
      if (i > 5000) fail("answers are missing");
      tick();
    }
  }

  /** Gives every byte a value, through the first client that can. */
  void fill() {
    int k = 0;
    while (k < CLIENTS && kindOf(k) == LOAD) k++;
    if (k == CLIENTS) fail("nobody can write");
    Request r;
    r.size = kindOf(k) == ATOMIC ? 4 : DATA_BYTES;
    if (r.size < GRAIN_BYTES) r.size = GRAIN_BYTES;
    r.op = kindOf(k) == ATOMIC ? XCHG : NONE;
    for (r.at = 0; r.at + r.size <= BYTES; r.at += r.size) {
      r.data.clear(), r.operand = 0;
      for (int i = 0; i < r.size; i++) {
        r.data.push_back(random());
        if (i < 8) r.operand |= uint64_t(r.data[i]) << (8 * i);
      }
      r.mask.assign(r.size, true);
      while (clients[k].active) tick();
      raise(k, r);
    }
  }

  /** Reads all of it, through the first client that can. */
  void sweep() {
    int k = 0;
    while (k < CLIENTS && kindOf(k) == STORE) k++;
    if (k == CLIENTS) return;
    Request r;
    r.size = kindOf(k) == ATOMIC ? 4 : DATA_BYTES;
    if (r.size < GRAIN_BYTES) r.size = GRAIN_BYTES;
    r.op = OR;
    if (kindOf(k) == ATOMIC) r.data.assign(r.size, 0), r.mask.assign(r.size, true);
    for (r.at = 0; r.at + r.size <= BYTES; r.at += r.size) {
      while (clients[k].active) tick();
      raise(k, r);
    }
    drain();
  }
};

int main(int argc, char** argv) {
  Verilated::commandArgs(1, argv);
  return Bench(argc, argv).run();
}
