// A token a cycle with all combinations of reset, valid, enables and fire.
#include "Vprint_rig.h"
#include "verilated.h"

#include <cstdio>

int main() {
  Vprint_rig top;
  for (unsigned i = 0; i < 64; i++) {
    top.rst = i >> 5 & 1;
    top.valid = i >> 4 & 1;
    top.fire = i >> 3 & 1;
    top.enable = i & 3;
    // Out of valid tokens nothing is said about the data.
    for (int w = 0; w < 3; w++) top.wide[w] = w == 2 ? i : 0x01020304u * (w + 1) + i;
    top.narrow = 0xf0 + (i & 15);
    top.clk = 0;
    top.eval();
    if (top.done != 3) return 1;
    top.clk = 1;
    top.eval();
  }
  std::printf("{}\n");
  return 0;
}
