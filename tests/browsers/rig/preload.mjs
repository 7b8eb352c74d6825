// Small libraries that are preloaded into a browser: installed with the rig, or compiled where they are needed.
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

// Names of libraries that only some of the processes load are looked up when they are called.
const OPTIONS = ['-O2', '-shared', '-fPIC', '-Wl,-z,lazy'];

/** The library made of a source beside this file, or null without a C compiler. */
export function preloadable(name, dir) {
    const built = fileURLToPath(new URL(`./${name}.so`, import.meta.url));
    if (existsSync(built)) return built;
    const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url));
    const library = join(dir, `${name}.so`);
    for (const compiler of ['cc', 'gcc', 'clang']) {
        try {
            execFileSync(compiler, [...OPTIONS, '-o', library, source, '-ldl'], {stdio: 'ignore'});
            return library;
        } catch {
            // The next one may be there.
        }
    }
    return null;
}
