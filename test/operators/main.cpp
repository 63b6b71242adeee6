// Runs every operator of the generated top side by side, one vector a cycle each, and compares bit for bit.
// Usage: harness RANDOM SEED [DIRECTED]: random vectors after at most DIRECTED directed ones. Prints one JSON line a configuration; exits 5 when one differs.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "Voperators_top.h"
#include "operands.h"
#include "verilated.h"

static const int kRing = 256;

struct Pending {
    Operands in;
    u64 y, z;
};

struct Channel {
    Config config;
    Directed list;
    u64 directed_count = 0, checked = 0, mismatches = 0;
    Random random{0};
    Pending ring[kRing];
    Pending first;
    u64 got_y = 0, got_z = 0;
};

int main(int argc, char **argv) {
    const u64 wanted = argc > 1 ? strtoull(argv[1], nullptr, 0) : 1000;
    const u64 seed = argc > 2 ? strtoull(argv[2], nullptr, 0) : 1;
    const u64 most = argc > 3 ? strtoull(argv[3], nullptr, 0) : ~u64(0);
    const std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    const std::unique_ptr<Voperators_top> top{new Voperators_top{context.get()}};

    const Config configs[] = {
#include "configs.inc"
    };
    std::vector<Channel> channels;
    u64 longest = 0;
    for (const Config &config : configs) {
        Channel channel;
        channel.config = config;
        channel.list = directed(config);
        channel.directed_count = channel.list.count() < most ? channel.list.count() : most;
        channel.random = Random(seed * 1000003 + channels.size());
        if (channel.directed_count > longest) longest = channel.directed_count;
        channels.push_back(channel);
    }

    // Before the edge of cycle t the output is the result of vector t - LATENCY.
    const u64 steps = longest + wanted;
    for (u64 t = 0; t < steps + kRing; t++) {
        for (Channel &ch : channels) {
            const Operands in = t < ch.directed_count ? ch.list.at(t) : random_operands(ch.config, ch.random);
            Pending &p = ch.ring[t % kRing];
            p.in = in;
            if (t < steps) p.y = reference(ch.config, in.a, in.b, in.c, &p.z);
            if (ch.config.a) *ch.config.a = in.a;
            if (ch.config.b) *ch.config.b = in.b;
            if (ch.config.c) *ch.config.c = in.c;
        }
        top->clk = 0;
        top->eval();
        for (Channel &ch : channels) {
            if (t < u64(ch.config.latency) || t - ch.config.latency >= steps) continue;
            const Pending &p = ch.ring[(t - ch.config.latency) % kRing];
            ch.checked++;
            const u64 z = ch.config.z ? *ch.config.z : 0;
            if (*ch.config.y == p.y && z == p.z) continue;
            if (ch.mismatches++ == 0) {
                ch.first = p;
                ch.got_y = *ch.config.y;
                ch.got_z = z;
            }
        }
        top->clk = 1;
        top->eval();
        if (t % 1000000 == 999999) fprintf(stderr, "%" PRIu64 " of %" PRIu64 " vectors\n", t + 1, steps);
    }

    bool good = true;
    for (const Channel &ch : channels) {
        printf("{\"name\":\"%s\",\"latency\":%d,\"directed\":%" PRIu64 ",\"checked\":%" PRIu64 ",\"mismatches\":%" PRIu64,
               ch.config.name, ch.config.latency, ch.directed_count, ch.checked, ch.mismatches);
        if (ch.mismatches) {
            good = false;
            printf(",\"first\":{\"a\":\"%" PRIx64 "\",\"b\":\"%" PRIx64 "\",\"c\":\"%" PRIx64 "\",\"got\":\"%" PRIx64
                   " %" PRIx64 "\",\"want\":\"%" PRIx64 " %" PRIx64 "\"}",
                   ch.first.in.a, ch.first.in.b, ch.first.in.c, ch.got_y, ch.got_z, ch.first.y, ch.first.z);
        }
        printf("}\n");
    }
    return good ? 0 : 5;
}
