// What packing.cpp writes.

function bytesOf(base64) {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// The range decoder: `count` codes in rows of `columns`. All numbers stay below 2^31, so that they are small integers.
function unpacked(base64, count, columns) {
  const bytes = bytesOf(base64), codes = new Uint8Array(count), zeros = new Uint16Array(9 * 256).fill(2048);
  let range = 0xFFFFFF, code = bytes[0] << 16 | bytes[1] << 8 | bytes[2], at = 3;
  for (let i = 0; i < count; ++i) {
    const tree = i < columns ? 0 : (32 - Math.clz32(codes[i - columns])) << 8;
    let node = 1;
    do {
      const zero = zeros[tree + node], bound = (range >>> 12) * zero | 0;
      if (code < bound) {
        range = bound;
        zeros[tree + node] = zero + (4096 - zero >> 4);
        node <<= 1;
      } else {
        code -= bound;
        range -= bound;
        zeros[tree + node] = zero - (zero >> 4);
        node = node << 1 | 1;
      }
      while (range < 0x10000) {
        range <<= 8;
        code = code << 8 | bytes[at++];
      }
    } while (node < 256);
    codes[i] = node;
  }
  return codes;
}

// What codes stand for, times `largest`; Float32Array.from() is many times slower.
function decoded(codes, table, largest = 1) {
  const numbers = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; ++i) numbers[i] = table[codes[i]] * largest;
  return numbers;
}

const fromCode = Float32Array.from({length: 256}, (_, code) => (code / 255) ** 2);
const fromSigned = Float32Array.from({length: 256}, (_, code) => Math.sign(code - 128) * ((code - 128) / 127) ** 2);
