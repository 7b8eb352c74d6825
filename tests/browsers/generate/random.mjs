// Chance that can be repeated: the same text gives the same numbers on every machine.

function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h ^= h >>> 15;
  }
  return h >>> 0;
}

export class Random {
  constructor(seed) {
    this.state = hash(String(seed));
  }

  // The 32-bit finaliser of a Weyl sequence: enough for picking among cases.
  next() {
    this.state = (this.state + 0x9e3779b9) >>> 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    return ((x ^ (x >>> 15)) >>> 0) / 0x100000000;
  }

  // 0 to n - 1
  int(n) {
    return Math.floor(this.next() * n);
  }

  between(low, high) {
    return low + this.int(high - low + 1);
  }

  chance(share) {
    return this.next() < share;
  }

  pick(list) {
    return list[this.int(list.length)];
  }

  // {"choice": weight}
  weighted(weights) {
    let at = this.next() * Object.values(weights).reduce((a, b) => a + b, 0);
    for (const [choice, weight] of Object.entries(weights)) {
      at -= weight;
      if (at < 0) return choice;
    }
    return Object.keys(weights)[0];
  }

  shuffle(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }

  // `count` different members
  some(list, count) {
    return this.shuffle(list).slice(0, count);
  }

  // How many things are broken: mostly one, often none, sometimes two.
  flaws() {
    return Number(this.weighted({ 0: 3, 1: 5, 2: 2 }));
  }
}
