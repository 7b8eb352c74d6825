// The private world of one worker: its own network, names and file systems, all of which vanish
// with the worker. Nothing leaves the machine, and nothing on the machine is changed.
import {execFileSync, spawnSync} from 'node:child_process';
import {appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

// Every name lives at a public address (AS112, a sink that is routed everywhere): browsers ask
// before a public page may reach a local host, so names must not look local.
export const PUBLIC_ADDRESS = '192.31.196.1';
const NAMESPACES = ['--net', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'];

function tool(name) {
    const place = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'].find((d) => existsSync(join(d, name)));
    if (!place) throw new Error(`${name} is missing`);
    return join(place, name);
}

/** The command that starts a process in namespaces of its own, or null with what is missing. */
export function isolation() {
    const ways = process.getuid() === 0 ? [[], ['--map-root-user']] : [['--map-root-user']];
    for (const way of ways) {
        const options = [...way, ...NAMESPACES];
        if (spawnSync(tool('unshare'), [...options, 'true'], {stdio: 'ignore'}).status === 0) {
            return [tool('unshare'), ...options];
        }
    }
    return null;
}

function ip(...args) {
    execFileSync(tool('ip'), args, {stdio: ['ignore', 'ignore', 'pipe']});
}

/** Every IPv4 and IPv6 address is this machine. One that is no loopback address tells resolvers that
 *  IPv4 is to be had. */
function ownEveryAddress() {
    ip('link', 'set', 'lo', 'up');
    ip('addr', 'add', '10.255.255.1/32', 'dev', 'lo');
    ip('route', 'add', 'local', '0.0.0.0/0', 'dev', 'lo');
    try {
        ip('-6', 'route', 'add', 'local', '::/0', 'dev', 'lo');
    } catch {
        // A kernel without IPv6 still runs nearly every journey.
    }
}

function bind(source, target) {
    execFileSync(tool('mount'), ['--bind', source, target], {stdio: 'ignore'});
}

/** Sets up the namespace this process was started in; `dir` becomes a file system in memory. */
export class World {
    constructor(dir) {
        this.dir = dir;
        this.names = new Set();
        execFileSync(tool('mount'), ['-t', 'tmpfs', 'concors-rig', dir]);
        this.home = join(dir, 'home');
        mkdirSync(this.home);
        process.env.TMPDIR = join(dir, 'tmp');
        mkdirSync(process.env.TMPDIR);
        this.hosts = join(dir, 'hosts');
        writeFileSync(this.hosts, '127.0.0.1 localhost\n::1 localhost\n');
        bind(this.hosts, '/etc/hosts');
        this.replace('/etc/nsswitch.conf', 'hosts: files\npasswd: files\ngroup: files\n');
        ownEveryAddress();
    }

    /** A directory nobody has used; those before are removed as far as a dying browser lets go of them. */
    newDirectory(name) {
        this.used ??= 0;
        try {
            rmSync(join(this.dir, `${name}-${this.used}`), {recursive: true, force: true});
        } catch {
            // It goes with the namespace.
        }
        const path = join(this.dir, `${name}-${++this.used}`);
        mkdirSync(path);
        return path;
    }

    /** Puts a file of this world in the place of one of the machine's. */
    replace(target, text) {
        const source = join(this.dir, target.replaceAll('/', '_'));
        writeFileSync(source, text);
        bind(source, target);
    }

    /** Makes the names resolve. The file is written in place: it is what the mount shows. */
    know(names) {
        for (const name of names) {
            if (this.names.has(name) || name === 'localhost') continue;
            this.names.add(name);
            const address = name.endsWith('.localhost') ? '127.0.0.1' : PUBLIC_ADDRESS;
            appendFileSync(this.hosts, `${address} ${name}\n`);
        }
    }
}
