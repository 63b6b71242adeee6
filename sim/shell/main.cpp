// A board with its serial line at a pseudo-terminal: what a program writes to the terminal goes over a simulated line into
// the design, bit by bit, and back. Arguments: cycles of a bit, probability of a wrong bit, seed. Prints the terminal's name,
// then runs until its standard input is closed.
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <deque>
#include <random>

#include "Vrig.h"
#include "verilated.h"

// Only the simulator of single launches checks addresses.
extern "C" void soff_access(int, long long, int, unsigned char) {}

namespace {

// One direction of the line into the design.
class Sender {
 public:
  explicit Sender(int clocks) : clocks_(clocks) {}
  void push(uint8_t byte) { queue_.push_back(byte); }
  bool idle() const { return queue_.empty() && left_ == 0; }
  bool atBit() const { return timer_ == 0; }
  // The level of the line in this cycle.
  int step() {
    if (left_ == 0) {
      if (queue_.empty()) return 1;
      frame_ = 0x200u | (uint32_t(queue_.front()) << 1);
      queue_.pop_front();
      left_ = 10;
      timer_ = 0;
    }
    const int level = frame_ & 1;
    if (++timer_ == clocks_) {
      timer_ = 0;
      frame_ >>= 1;
      left_--;
    }
    return level;
  }

 private:
  std::deque<uint8_t> queue_;
  int clocks_, left_ = 0, timer_ = 0;
  uint32_t frame_ = 0;
};

// One direction out of it.
class Receiver {
 public:
  explicit Receiver(int clocks) : clocks_(clocks) {}
  // Takes the level of one cycle; true when a byte is complete.
  bool step(int level) {
    if (left_ == 0) {
      if (level) return false;
      left_ = 10;
      timer_ = clocks_ / 2;
    }
    if (--timer_ > 0) return false;
    timer_ = clocks_;
    bits_ = (bits_ >> 1) | (uint32_t(level) << 9);
    return --left_ == 0 && level;
  }
  uint8_t byte() const { return uint8_t(bits_ >> 1); }

 private:
  int clocks_, left_ = 0, timer_ = 0;
  uint32_t bits_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int clocks = atoi(argv[1]);
  std::mt19937 random(uint32_t(atoi(argv[3])));
  std::bernoulli_distribution wrong(atof(argv[2]));
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (terminal < 0 || grantpt(terminal) || unlockpt(terminal)) return 1;
  const char* name = ptsname(terminal);
  // Kept open, so that the terminal outlives its users; raw from the start.
  const int kept = open(name, O_RDWR | O_NOCTTY);
  termios settings;
  tcgetattr(kept, &settings);
  cfmakeraw(&settings);
  tcsetattr(kept, TCSANOW, &settings);
  printf("%s\n", name);
  fflush(stdout);

  VerilatedContext context;
  Vrig rig(&context);
  Sender in(clocks);
  Receiver out(clocks);
  rig.serial_rx = 1;
  uint64_t cycle = 0, busyUntil = 0;
  unsigned long flips = 0;
  int flipIn = 0, flipOut = 0;
  for (;;) {
    // With nothing on the line for a long time there is nothing to hurry for.
    const bool quiet = cycle > busyUntil;
    pollfd sources[2] = {{terminal, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    poll(sources, 2, quiet ? 2 : 0);
    if (sources[1].revents) {
      char c;
      if (read(STDIN_FILENO, &c, 1) <= 0) break;
    }
    uint8_t bytes[256];
    const ssize_t n = in.idle() ? read(terminal, bytes, sizeof bytes) : 0;
    for (ssize_t i = 0; i < n; i++) in.push(bytes[i]);
    for (int k = 0; k < 4 * clocks; k++, cycle++) {
      // A wrong bit is wrong for its whole length.
      if (cycle % uint64_t(clocks) == 0) {
        flipIn = wrong(random);
        flipOut = wrong(random);
      }
      const bool active = !in.idle();
      const int level = in.step();
      rig.serial_rx = active ? level ^ flipIn : level;
      rig.clk = 0;
      rig.eval();
      context.timeInc(1);
      rig.clk = 1;
      rig.eval();
      context.timeInc(1);
      const int back = rig.serial_tx;
      if (active || !back) busyUntil = cycle + 400000;
      if (out.step(back)) {
        uint8_t byte = out.byte();
        if (flipOut) {
          byte ^= uint8_t(1u << (random() & 7));
          flips++;
        }
        while (write(terminal, &byte, 1) != 1) usleep(100);
      }
      if (active && flipIn) flips++;
    }
  }
  fprintf(stderr, "cycles %llu flips %lu\n", (unsigned long long)cycle, flips);
  rig.final();
  _exit(0);
}
