// How far a run is: one line that changes on a terminal, a line now and then elsewhere.

const SHOWN_MS = 200;
const LOGGED_MS = 30000;

const lasting = (s) => (s < 90 ? `${Math.round(s)} s` : `${Math.round(s / 60)} min`);

export class Progress {
  constructor(title, total, stream = process.stderr) {
    Object.assign(this, { title, total, stream, done: 0, start: performance.now(), shown: 0 });
    this.every = stream.isTTY ? SHOWN_MS : LOGGED_MS;
    this.next = this.start + this.every;
  }

  get seconds() {
    return (performance.now() - this.start) / 1000;
  }

  tick() {
    this.done++;
    if (performance.now() < this.next) return;
    this.next = performance.now() + this.every;
    const pace = this.done / this.seconds;
    const text = `${this.title}: ${this.done} of ${this.total}, ${pace.toFixed(1)}/s, ${lasting((this.total - this.done) / pace)} left`;
    this.stream.write(this.stream.isTTY ? `\r${text}\x1b[K` : `${text}\n`);
    this.shown = true;
  }

  end() {
    if (this.shown && this.stream.isTTY) this.stream.write('\r\x1b[K');
  }
}
