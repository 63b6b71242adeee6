// Random numbers that are the same on every machine (splitmix64).
#pragma once
#include <cstdint>

class Random {
public:
    explicit Random(uint64_t seed) : state(seed) {}

    uint64_t next() {
        uint64_t z = (state += 0x9e3779b97f4a7c15ull);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    /** 0 .. n-1 */
    uint64_t below(uint64_t n) { return next() % n; }
    bool percent(unsigned p) { return next() % 100 < p; }

private:
    uint64_t state;
};

/**
 * When to stall a handshake. The rate changes every few hundred cycles, from never to nearly always: a constant rate
 * would hardly ever fill or drain a queue.
 */
class Staller {
public:
    Staller(uint64_t seed, bool enabled) : random(seed), enabled(enabled) {}

    bool stall() {
        if (!enabled) return false;
        if (left == 0) {
            static const unsigned rates[] = {0, 10, 50, 80, 97};
            rate = rates[random.below(5)];
            left = 20 + random.below(rate == 97 ? 200 : 400);
        }
        left--;
        return random.percent(rate);
    }

private:
    Random random;
    bool enabled;
    unsigned rate = 0;
    uint64_t left = 0;
};
