// The browser's wall clock, moved at will: a small library (clock.c) is preloaded into the browser
// and adds the offset kept here. Without a C compiler, journeys that need time are refused.
import {execFileSync} from 'node:child_process';
import {closeSync, openSync, writeFileSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const SOURCE = fileURLToPath(new URL('./clock.c', import.meta.url));

export class Clock {
    constructor(dir) {
        this.dir = dir;
        this.library = join(dir, 'clock.so');
        this.file = join(dir, 'clock');
        this.offset = 0;
        this.works = this.#compile();
        writeFileSync(this.file, Buffer.alloc(8));
        this.handle = openSync(this.file, 'r+');
    }

    #compile() {
        for (const compiler of ['cc', 'gcc', 'clang']) {
            try {
                execFileSync(compiler, ['-O2', '-shared', '-fPIC', '-o', this.library, SOURCE, '-ldl'],
                    {stdio: 'ignore'});
                return true;
            } catch {
                // The next one may be there.
            }
        }
        return false;
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
