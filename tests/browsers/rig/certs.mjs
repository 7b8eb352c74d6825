// A throw-away authority and one server certificate for every host seen so far. The authority is
// truly trusted by the browsers: a certificate that was waved through taints cookies.
import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {isIP} from 'node:net';
import {join} from 'node:path';

// Journeys move the clock by years, so nothing may expire.
const FROM = '19700101000000Z';
const UNTIL = '21991231235959Z';

function openssl(dir, ...args) {
    execFileSync('openssl', args, {cwd: dir, stdio: ['ignore', 'ignore', 'pipe']});
}

export class Certificates {
    constructor(dir) {
        this.dir = dir;
        this.hosts = new Set();
        this.authority = join(dir, 'ca.pem');
        this.serial = 1;
        writeFileSync(join(dir, 'ca.cnf'), `[req]\ndistinguished_name=n\nprompt=no\nx509_extensions=v
[n]\nCN=concors throw-away authority
[v]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash
[ca]\ndefault_ca=c
[c]\nnew_certs_dir=${dir}\ndatabase=${dir}/index\ndefault_md=sha256\npolicy=p\nunique_subject=no
x509_extensions=leaf\nrand_serial=yes
[p]\ncommonName=supplied
[leaf]\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nkeyUsage=digitalSignature
authorityKeyIdentifier=keyid\n`);
        writeFileSync(join(dir, 'index'), '');
        for (const name of ['ca', 'leaf']) {
            openssl(dir, 'ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', `${name}.key`);
        }
        openssl(dir, 'req', '-new', '-key', 'ca.key', '-subj', '/CN=concors throw-away authority', '-out', 'ca.csr');
        openssl(dir, 'ca', '-batch', '-notext', '-config', 'ca.cnf', '-selfsign', '-extensions', 'v',
            '-startdate', FROM, '-enddate', UNTIL, '-keyfile', 'ca.key', '-in', 'ca.csr', '-out', 'ca.pem');
        openssl(dir, 'req', '-new', '-key', 'leaf.key', '-subj', '/CN=concors', '-out', 'leaf.csr');
    }

    /** The key pair for all hosts so far and these, or null when it has not changed. */
    cover(hosts) {
        const fresh = hosts.filter((host) => !this.hosts.has(host));
        if (fresh.length === 0) return null;
        fresh.forEach((host) => this.hosts.add(host));
        const names = [...this.hosts].map((host) => `${isIP(host) ? 'IP' : 'DNS'}:${host}`);
        const base = readFileSync(join(this.dir, 'ca.cnf'), 'utf8');
        writeFileSync(join(this.dir, 'names.cnf'), `${base}subjectAltName=${names}\n`);
        openssl(this.dir, 'ca', '-batch', '-notext', '-config', 'names.cnf', '-startdate', FROM, '-enddate', UNTIL,
            '-keyfile', 'ca.key', '-cert', 'ca.pem', '-in', 'leaf.csr', '-out', 'leaf.pem');
        return {key: readFileSync(join(this.dir, 'leaf.key')), cert: readFileSync(join(this.dir, 'leaf.pem'))};
    }
}
