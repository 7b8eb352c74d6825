// The browser's wall clock, moved at will: a small library (clock.c) is preloaded into the browser
// and adds the offset kept here. Without a C compiler, journeys that need time are refused.
import {closeSync, openSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {preloadable} from './preload.mjs';

export class Clock {
    constructor(dir) {
        this.dir = dir;
        this.library = preloadable('clock', dir);
        this.file = join(dir, 'clock');
        this.offset = 0;
        this.works = this.library !== null;
        writeFileSync(this.file, Buffer.alloc(8));
        this.handle = openSync(this.file, 'r+');
    }

    /** What a browser must find in its environment. */
    environment() {
        return this.works ? {LD_PRELOAD: this.library, CONCORS_CLOCK: this.file} : {};
    }

    /** What the browser's clock shows. */
    now() {
        return Date.now() + this.offset;
    }

    /** From now on the browser's clock shows this moment and runs on. */
    set(milliseconds) {
        this.offset = Math.round(milliseconds - Date.now());
        const word = Buffer.alloc(8);
        word.writeBigInt64LE(BigInt(this.offset));
        writeSync(this.handle, word, 0, 8, 0);
    }

    /** Forward to this moment, unless the clock is past it already: cookies are ordered by the moment of their birth. */
    reach(milliseconds) {
        if (milliseconds > this.now()) this.set(milliseconds);
    }

    close() {
        closeSync(this.handle);
    }
}
