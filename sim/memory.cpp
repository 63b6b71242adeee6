#include "memory.h"

#include <algorithm>
#include <cstring>

bool Memory::setRegions(std::vector<Region> all) {
    regions = std::move(all);
    std::sort(regions.begin(), regions.end(), [](const Region& a, const Region& b) { return a.address < b.address; });
    last = nullptr;
    std::fill(std::begin(lastHit), std::end(lastHit), nullptr);
    shares.clear();
    for (const Region& r : regions) {
        if (r.others.empty()) continue;
        uint64_t count = r.others.size() + 1, lines = (r.bytes.size() + r.lineBytes - 1) / r.lineBytes;
        uint64_t bytes = (lines + count - 1) / count * r.lineBytes;
        shares.push_back({r.address, bytes, std::max<uint64_t>(bytes, r.bytes.size()), r.address, r.lineBytes, 0, count});
        for (uint64_t k = 1; k < count; k++)
            shares.push_back({r.others[k - 1], bytes, bytes, r.address, r.lineBytes, k, count});
    }
    const Region* before = nullptr;
    for (const Region& r : regions) {
        if (r.bytes.empty()) continue;
        if (before && before->end() > r.address) return false;
        before = &r;
    }
    return true;
}

static bool holds(const Region& r, uint64_t address) { return address >= r.address && address - r.address < r.bytes.size(); }

Region* Memory::find(uint64_t address) {
    if (last && holds(*last, address)) return last;
    auto after = std::upper_bound(regions.begin(), regions.end(), address,
                                  [](uint64_t a, const Region& r) { return a < r.address; });
    // Empty regions may share an address with the one that holds bytes.
    while (after != regions.begin()) {
        --after;
        if (holds(*after, address)) return last = &*after;
        if (!after->bytes.empty()) break;
    }
    return nullptr;
}

uint64_t Memory::fromChannel(uint64_t address) const {
    for (const Share& s : shares) {
        uint64_t at = address - s.base;
        if (at >= s.reserved) continue;
        // Where pointers of the buffer go, but none of its bytes are: no buffer's address.
        if (at >= s.bytes) return ~0ull << 32;
        return s.address + (at / s.lineBytes * s.count + s.index) * s.lineBytes + at % s.lineBytes;
    }
    return address;
}

static uint8_t poison(uint64_t address) {
    static const uint8_t pattern[] = {0xef, 0xbe, 0xad, 0xde};
    return pattern[address & 3];
}

void Memory::read(uint64_t address, uint8_t* out, unsigned count) {
    Region* r = find(address);
    if (r && r->end() - address >= count) {
        std::memcpy(out, r->bytes.data() + (address - r->address), count);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        r = find(address + i);
        out[i] = r ? r->bytes[address + i - r->address] : poison(address + i);
    }
}

void Memory::write(uint64_t address, const uint8_t* data, const uint8_t* strobes, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        if (!(strobes[i / 8] >> (i % 8) & 1)) continue;
        Region* r = find(address + i);
        if (r) {
            r->bytes[address + i - r->address] = data[i];
            r->written = true;
        } else {
            if (strayBytes++ == 0) firstStray = address + i;
        }
    }
}

bool Memory::contains(uint64_t address, uint64_t count, unsigned hint) {
    Region*& hit = lastHit[hint % kHints];
    if (!hit || !holds(*hit, address)) {
        Region* found = find(address);
        if (!found) return false;
        hit = found;
    }
    return hit->end() - address >= count;
}
