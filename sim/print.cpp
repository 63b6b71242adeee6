// What the kernel prints: one line a printf on standard output, in the order in which the work-items came to it,
//   SOFF-PRINT SITE HEX
// with the arguments as the kernel packed them, byte 0 first, two digits a byte, rounded up to eight bytes.
#include <cstdint>
#include <cstdio>
#include <string>

/** The design calls this for each 64 bits of the arguments of a printf, one printf at a time. */
extern "C" void soff_print(int site, int part, int parts, long long data) {
    static std::string line;
    if (part == 0) line = "SOFF-PRINT " + std::to_string(site) + " ";
    for (uint64_t rest = static_cast<uint64_t>(data), i = 0; i < 8; i++, rest >>= 8) {
        const char* digits = "0123456789abcdef";
        line += digits[rest >> 4 & 15];
        line += digits[rest & 15];
    }
    if (part + 1 < parts) return;
    line += '\n';
    fwrite(line.data(), 1, line.size(), stdout);
}
