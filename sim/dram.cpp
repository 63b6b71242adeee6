#include "dram.h"

#include <algorithm>
#include <cmath>

DramChannel::DramChannel(Memory& memory, const DramTiming& timing, unsigned beatBytes, uint64_t seed)
    : memory(memory), timing(timing), beatBytes(beatBytes), beatCycles(beatBytes / timing.bytesPerCycle),
      stress(seed != 0), random(seed), banks(std::max(1u, timing.banks)) {}

Burst* DramChannel::take(bool write, uint64_t id, uint64_t address, unsigned beats) {
    if (spare.empty()) {
        storage.emplace_back();
        spare.push_back(&storage.back());
    }
    Burst* b = spare.back();
    spare.pop_back();
    b->write = write;
    b->id = id;
    // Beats move the aligned words that hold the addressed bytes.
    b->address = address / beatBytes * beatBytes;
    b->beats = beats;
    b->arrived = b->served = b->sent = 0;
    b->response = 0;
    b->data.assign(size_t(beats) * beatBytes, 0);
    b->strobes.assign(write ? size_t(beats) * ((beatBytes + 7) / 8) : 0, 0);
    b->ready.assign(write ? 0 : beats, 0);
    uint64_t bytes = uint64_t(beats) * beatBytes;
    b->decodeError = b->address < timing.base || b->address - timing.base >= timing.size ||
                     timing.size - (b->address - timing.base) < bytes;
    (write ? writes : reads)++;
    return b;
}

/**
 * Neighbouring rows lie in different banks, so that a stream opens its next row while it reads this one. Higher row bits
 * are mixed in, as address hashing of controllers does: buffers a power of two apart would else meet in one bank.
 */
unsigned DramChannel::bankOf(uint64_t row) const {
    uint64_t n = banks.size();
    if (n == 1) return 0;
    uint64_t sum = 0;
    for (uint64_t r = row; r != 0; r /= n) sum += r % n;
    return unsigned(sum % n);
}

void DramChannel::submit(Burst* burst, uint64_t now) {
    double arrival = double(now);
    if (stress) {
        uint64_t spread = 1 + uint64_t(timing.readLatency);
        arrival += double(random.below(random.percent(10) ? 8 * spread : spread));
    }
    for (unsigned first = 0; first < burst->beats;) {
        uint64_t address = burst->address + uint64_t(first) * beatBytes;
        uint64_t row = address / timing.rowBytes;
        uint64_t toRowEnd = std::max<uint64_t>(1, ((row + 1) * timing.rowBytes - address) / beatBytes);
        unsigned beats = unsigned(std::min<uint64_t>(burst->beats - first, toRowEnd));
        queue.push_back({burst, first, beats, bankOf(row), row, arrival, false});
        (burst->write ? queuedWritePieces : queuedReadPieces)++;
        if (burst->write) queuedWriteBeats += beats;
        first += beats;
    }
    auto& c = counters;
    (burst->write ? c.writeBursts : c.readBursts)++;
    c.decodeErrors += burst->decodeError;
    (burst->write ? c.writeBeats : c.readBeats) += burst->beats;
    if (!burst->write) c.bytesRead += uint64_t(burst->beats) * beatBytes;
}

/** Notes which pieces are the oldest of their id and direction, and what each bank is wanted for. */
void DramChannel::scan(double now) {
    stamp++;
    for (Bank& bank : banks) {
        bank.oldest = -1;
        bank.inUse = false;
    }
    for (size_t i = 0; i < queue.size(); i++) {
        Piece& p = queue[i];
        uint32_t& seen = lastSeen[p.burst->write][p.burst->id % kIds];
        p.head = seen != stamp;
        seen = stamp;
        if (p.arrival > now) continue;
        Bank& bank = banks[p.bank];
        if (bank.oldest < 0) bank.oldest = int(i);
        if (p.head && bank.row == p.row) bank.inUse = true;
    }
}

/** Lets every bank open the row of its oldest piece, unless a piece that may go next still uses the open one. */
void DramChannel::openRows(double now) {
    // Younger pieces may go before an older one of another row only so long.
    const double patience = 4 * timing.readLatency;
    for (Bank& bank : banks) {
        if (bank.oldest < 0) continue;
        const Piece& p = queue[size_t(bank.oldest)];
        if (bank.row == p.row || (bank.inUse && now - p.arrival < patience)) continue;
        bank.readyAt = std::max({p.arrival, bank.busyTo, bank.readyAt}) + timing.rowMiss;
        bank.row = p.row;
        counters.rowMisses++;
    }
}

/** The oldest piece of this direction that could use the bus now, or -1. Under stress any of them. */
int DramChannel::choose(bool write, double now) {
    int found = -1;
    unsigned candidates = 0;
    for (size_t i = 0; i < queue.size(); i++) {
        const Piece& p = queue[i];
        const Bank& bank = banks[p.bank];
        if (p.burst->write != write || p.arrival > now || bank.row != p.row || bank.readyAt > now) continue;
        if (!p.head) continue;
        if (!stress) return int(i);
        if (random.below(++candidates) == 0) found = int(i);
    }
    return found;
}

void DramChannel::serve(size_t index, double now) {
    const Piece p = queue[index];
    Burst& b = *p.burst;
    Bank& bank = banks[p.bank];
    if (b.write != busWrites) {
        busFree = std::max(busFree, std::floor(now)) + timing.turnaround;
        busWrites = b.write;
        drained = 0;
        counters.turnarounds++;
    }
    double begin = std::max({busFree, p.arrival, bank.readyAt});
    busFree = begin + p.beats * beatCycles;
    bank.busyTo = busFree;
    drained += p.beats;

    for (unsigned k = 0; k < p.beats; k++) {
        unsigned beat = p.firstBeat + k;
        uint64_t address = b.address + uint64_t(beat) * beatBytes;
        uint8_t* data = &b.data[size_t(beat) * beatBytes];
        if (b.write) {
            const uint8_t* strobes = &b.strobes[size_t(beat) * ((beatBytes + 7) / 8)];
            if (!b.decodeError) memory.write(memory.fromChannel(address), data, strobes, beatBytes);
            for (unsigned i = 0; i < beatBytes; i++) counters.bytesWritten += strobes[i / 8] >> (i % 8) & 1;
        } else {
            memory.read(memory.fromChannel(address), data, beatBytes);
            b.ready[beat] = begin + k * beatCycles + timing.readLatency;
        }
    }
    if (b.served == 0) (b.write ? writeAnswers : readAnswers).push_back(&b);
    b.served += p.beats;
    b.response = busFree - beatCycles + timing.writeLatency;

    (b.write ? queuedWritePieces : queuedReadPieces)--;
    if (b.write) queuedWriteBeats -= p.beats;
    queue.erase(queue.begin() + long(index));
}

void DramChannel::step(uint64_t cycle) {
    double now = double(cycle);
    while (!queue.empty() && busFree <= now) {
        scan(now);
        openRows(now);
        bool turn = false;
        if (busWrites) {
            turn = queuedReadPieces > 0 && (queuedWritePieces == 0 || drained >= 2 * kDrainBeats);
        } else if (queuedWritePieces > 0) {
            auto oldest = std::find_if(queue.begin(), queue.end(), [](const Piece& p) { return p.burst->write; });
            turn = queuedReadPieces == 0 || queuedWriteBeats >= kDrainBeats ||
                   now - oldest->arrival > 2 * timing.readLatency;
        }
        bool preferred = busWrites != turn;
        int index = choose(preferred, now);
        if (index < 0) index = choose(!preferred, now);
        if (index < 0) break;
        serve(size_t(index), now);
    }
}

/** The first burst of its id whose answer is due; under stress any such burst. */
Burst* DramChannel::pick(std::vector<Burst*>& list, uint64_t now) {
    int found = -1;
    unsigned candidates = 0;
    for (size_t i = 0; i < list.size(); i++) {
        Burst* b = list[i];
        bool due = b->write ? b->served == b->beats && b->response <= double(now) : beatReady(*b, now);
        if (!due) continue;
        bool first = std::none_of(list.begin(), list.begin() + long(i), [b](const Burst* o) { return o->id == b->id; });
        if (!first) continue;
        if (found < 0 || (stress && random.below(candidates + 1) == 0)) found = int(i);
        candidates++;
        if (!stress) break;
    }
    if (found < 0) return nullptr;
    Burst* b = list[size_t(found)];
    list.erase(list.begin() + found);
    return b;
}

Burst* DramChannel::readToSend(uint64_t now) { return pick(readAnswers, now); }
Burst* DramChannel::writeToAnswer(uint64_t now) { return pick(writeAnswers, now); }

void DramChannel::release(Burst* burst) {
    (burst->write ? writes : reads)--;
    spare.push_back(burst);
}
