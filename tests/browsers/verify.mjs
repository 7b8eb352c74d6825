#!/usr/bin/env node
// What `concors explain --verify` becomes: a journey and the model's report on standard input (cli/cmd_verify.c), the
// browser's answers beside the model's on standard output. Old enough in its words to tell an old Node.js what it lacks.
const OLDEST = 18;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write('concors: --verify needs Node.js ' + OLDEST + ' or newer, this is ' + process.versions.node + '\n');
  process.exitCode = 2;
} else {
  import('./verify/main.mjs').then((program) => program.main());
}
