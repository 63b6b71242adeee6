// AXI4 memory for the tests: random latency and stalls, any order between ids, protocol checks on what it is asked.
// It is as unhelpful as AXI allows: a read may sample memory when it is accepted or when it answers, a write may reach
// memory with its last beat or just before its response.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <random>
#include <vector>

#define FAIL(...) (std::fprintf(stderr, "FAIL cycle %llu: ", (unsigned long long)cycle), \
                   std::fprintf(stderr, __VA_ARGS__), std::fprintf(stderr, "\n"), std::exit(1))

struct MemoryOptions {
  uint64_t base = 0;
  int axiBytes = 64, maxBurst = 16, readIds = 2, writeIds = 2;
  int latencyMin = 20, latencyMax = 60;
  int stallAr = 0, stallAw = 0, stallW = 0, stallR = 0, stallB = 0;  // percent of cycles
  bool reorder = false;  // between ids, beats interleaved
  int errorEvery = 0;    // every n-th response carries SLVERR
};

struct Address { uint64_t addr; int len, size, burst, id; bool operator==(const Address&) const = default; };

template <class Top> class AxiMemory {
 public:
  std::vector<uint8_t> bytes;
  uint64_t cycle = 0, readBeats = 0, writeBeats = 0, readBursts = 0, writeBursts = 0, errors = 0;

  AxiMemory(Top* top, const MemoryOptions& options, size_t size, std::mt19937_64& random)
      : bytes(size), top(top), o(options), random(random) {}

  bool busy() const { return !reads.empty() || !writes.empty() || !awaiting.empty() || !beats.empty(); }

  // Before the clock edge: what the design sees and what it says.
  void drive() {
    top->m_axi_arready = !chance(o.stallAr) && reads.size() < 512;
    top->m_axi_awready = !chance(o.stallAw) && awaiting.size() < 64;
    top->m_axi_wready = !chance(o.stallW) && beats.size() < 256;
    top->m_axi_rvalid = 0;
    top->m_axi_bvalid = 0;
    if (!chance(o.stallR)) offerRead();
    if (!chance(o.stallB)) offerResponse();
  }

  // With the inputs settled, just before the edge.
  void edge() {
    checkAddress(top->m_axi_arvalid, top->m_axi_arready, readAddress(), heldAr, "AR", o.readIds);
    checkAddress(top->m_axi_awvalid, top->m_axi_awready, writeAddress(), heldAw, "AW", o.writeIds);
    if (!top->m_axi_rready || !top->m_axi_bready) FAIL("RREADY or BREADY is low");
    if (top->m_axi_arvalid && top->m_axi_arready) acceptRead();
    if (top->m_axi_awvalid && top->m_axi_awready) awaiting.push_back(writeAddress());
    Beat beat = currentBeat();
    if (heldWValid && (!top->m_axi_wvalid || !(beat == heldW))) FAIL("W changed while it waited");
    heldWValid = top->m_axi_wvalid && !top->m_axi_wready;
    heldW = beat;
    if (top->m_axi_wvalid && top->m_axi_wready) beats.push_back(beat), writeBeats++;
    joinWrites();
    if (top->m_axi_rvalid) finishReadBeat();
    if (top->m_axi_bvalid) finishWrite();
    cycle++;
  }

 private:
  struct Beat { std::vector<uint8_t> data; std::vector<bool> strobe; bool last; bool operator==(const Beat&) const = default; };
  struct Read { Address a; uint64_t ready; int next; bool early; std::vector<uint8_t> sample; };
  struct Write { Address a; uint64_t ready; bool late; std::vector<Beat> data; };
  Top* top;
  MemoryOptions o;
  std::mt19937_64& random;
  std::deque<Read> reads;
  std::deque<Address> awaiting;
  std::deque<Beat> beats;
  std::deque<Write> writes;
  std::vector<Beat> gathering;
  std::pair<bool, Address> heldAr{}, heldAw{};
  bool heldWValid = false;
  Beat heldW;
  size_t chosenRead = 0, chosenWrite = 0;
  uint64_t responses = 0;

  bool chance(int percent) { return percent > 0 && int(random() % 100) < percent; }
  uint64_t latency() { return o.latencyMin + random() % (o.latencyMax - o.latencyMin + 1); }
  Address readAddress() { return {top->m_axi_araddr, top->m_axi_arlen, top->m_axi_arsize, top->m_axi_arburst, top->m_axi_arid}; }
  Address writeAddress() { return {top->m_axi_awaddr, top->m_axi_awlen, top->m_axi_awsize, top->m_axi_awburst, top->m_axi_awid}; }

  void checkAddress(bool valid, bool ready, const Address& a, std::pair<bool, Address>& held, const char* name, int ids) {
    if (held.first && (!valid || !(a == held.second))) FAIL("%s changed while it waited", name);
    held = {valid && !ready, a};
    if (!valid) return;
    uint64_t end = a.addr + uint64_t(a.len + 1) * o.axiBytes - 1;
    if ((a.addr >> 12) != (end >> 12)) FAIL("%s burst at %llx of %d beats crosses 4 KiB", name, (unsigned long long)a.addr, a.len + 1);
    if (a.addr % o.axiBytes) FAIL("%s address %llx is not aligned", name, (unsigned long long)a.addr);
    if ((1 << a.size) != o.axiBytes || a.burst != 1) FAIL("%s size or burst type", name);
    if (a.id >= ids) FAIL("%s id %d", name, a.id);
    if (a.len + 1 > o.maxBurst) FAIL("%s burst of %d beats", name, a.len + 1);
    if (a.addr < o.base || end - o.base >= bytes.size()) FAIL("%s address %llx outside memory", name, (unsigned long long)a.addr);
  }

  void acceptRead() {
    Read r{readAddress(), cycle + latency(), 0, (random() & 1) != 0, {}};
    if (r.early) r.sample = std::vector<uint8_t>(bytes.begin() + (r.a.addr - o.base), bytes.begin() + (r.a.addr - o.base) + (r.a.len + 1) * o.axiBytes);
    reads.push_back(std::move(r));
    readBursts++;
  }

  Beat currentBeat() {
    Beat b{std::vector<uint8_t>(o.axiBytes), std::vector<bool>(o.axiBytes), top->m_axi_wlast != 0};
    for (int i = 0; i < o.axiBytes; i++) {
      b.strobe[i] = (top->m_axi_wstrb[i / 32] >> (i % 32)) & 1;
      b.data[i] = b.strobe[i] ? top->m_axi_wdata[i / 4] >> (8 * (i % 4)) : 0;
    }
    return b;
  }

  void joinWrites() {
    while (!awaiting.empty() && !beats.empty()) {
      const Address a = awaiting.front();
      gathering.push_back(beats.front());
      beats.pop_front();
      bool last = int(gathering.size()) == a.len + 1;
      if (gathering.back().last != last) FAIL("WLAST is %d at beat %zu of %d", gathering.back().last, gathering.size(), a.len + 1);
      if (!last) continue;
      Write w{a, cycle + latency(), (random() & 1) != 0, std::move(gathering)};
      gathering.clear();
      awaiting.pop_front();
      writeBursts++;
      for (const Write& earlier : writes) if (earlier.late && earlier.a.id == a.id) w.late = true;  // one id, one order
      if (!w.late) commit(w);
      writes.push_back(std::move(w));
    }
  }

  void commit(const Write& w) {
    for (size_t b = 0; b < w.data.size(); b++)
      for (int i = 0; i < o.axiBytes; i++)
        if (w.data[b].strobe[i]) bytes[w.a.addr - o.base + b * o.axiBytes + i] = w.data[b].data[i];
  }

  // The oldest transaction of some id that is due: the very oldest, or any when reordering.
  template <class Q> bool pick(const Q& queue, size_t& chosen) {
    std::vector<size_t> heads;
    bool seen[16] = {};
    for (size_t i = 0; i < queue.size() && (o.reorder || i == 0); i++) {
      if (seen[queue[i].a.id]) continue;
      seen[queue[i].a.id] = true;
      if (queue[i].ready <= cycle) heads.push_back(i);
      if (heads.size() == 2) break;
    }
    if (heads.empty()) return false;
    chosen = heads[random() % heads.size()];
    return true;
  }

  void offerRead() {
    if (!pick(reads, chosenRead)) return;
    const Read& r = reads[chosenRead];
    top->m_axi_rvalid = 1;
    top->m_axi_rid = r.a.id;
    top->m_axi_rlast = r.next == r.a.len;
    top->m_axi_rresp = respond();
    const uint8_t* from = r.early ? &r.sample[r.next * o.axiBytes] : &bytes[r.a.addr - o.base + r.next * o.axiBytes];
    for (int i = 0; i < 32; i++) top->m_axi_rdata[i] = 0xdeadbeef;
    for (int i = 0; i < o.axiBytes; i += 4)
      top->m_axi_rdata[i / 4] = from[i] | from[i + 1] << 8 | from[i + 2] << 16 | uint32_t(from[i + 3]) << 24;
  }
  void finishReadBeat() {
    readBeats++;
    Read& r = reads[chosenRead];
    if (++r.next > r.a.len) reads.erase(reads.begin() + chosenRead);
  }
  void offerResponse() {
    if (!pick(writes, chosenWrite)) return;
    top->m_axi_bvalid = 1;
    top->m_axi_bid = writes[chosenWrite].a.id;
    top->m_axi_bresp = respond();
  }
  void finishWrite() {
    if (writes[chosenWrite].late) commit(writes[chosenWrite]);
    writes.erase(writes.begin() + chosenWrite);
  }
  int respond() {
    if (o.errorEvery == 0 || ++responses % o.errorEvery) return 0;
    errors++;
    return 2 + int(random() & 1);
  }
};
