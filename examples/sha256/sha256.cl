__constant uint constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// SHA-256 of messages of up to 55 bytes, one a work-item: the message's words are a private array.
__kernel void sha256(__global const uchar *messages, __global const uint *lengths, __global uint *digests, uint room) {
  uint i = get_global_id(0);
  uint length = lengths[i];
  uint w[16];
  for (int k = 0; k < 16; k++) w[k] = 0;
  for (uint k = 0; k < length; k++) w[k / 4] |= (uint)messages[i * room + k] << (24 - 8 * (k & 3));
  w[length / 4] |= 0x80u << (24 - 8 * (length & 3));
  w[15] = 8 * length;
  uint h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], hh = h[7];
  for (int round = 0; round < 64; round++) {
    if (round >= 16) {
      uint w15 = w[(round - 15) & 15];
      uint w2 = w[(round - 2) & 15];
      uint s0 = rotate(w15, 25u) ^ rotate(w15, 14u) ^ (w15 >> 3);
      uint s1 = rotate(w2, 15u) ^ rotate(w2, 13u) ^ (w2 >> 10);
      w[round & 15] += s0 + w[(round - 7) & 15] + s1;
    }
    uint s1 = rotate(e, 26u) ^ rotate(e, 21u) ^ rotate(e, 7u);
    uint t1 = hh + s1 + ((e & f) ^ (~e & g)) + constants[round] + w[round & 15];
    uint s0 = rotate(a, 30u) ^ rotate(a, 19u) ^ rotate(a, 10u);
    uint t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    hh = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  uint state[8] = {a, b, c, d, e, f, g, hh};
  for (int k = 0; k < 8; k++) digests[8 * i + k] = state[k] + h[k];
}
