// usage: node redact.js FILE...
// redact-pii (npm) on each line, with all its built-in rules; prints how many lines it changed. The files are read as a
// whole, so that reading costs it next to nothing.
'use strict';
const fs = require('fs');
const { SyncRedactor } = require('redact-pii');

const redactor = new SyncRedactor();
let lines = 0;
let changed = 0;
for (const path of process.argv.slice(2)) {
    for (const line of fs.readFileSync(path, 'utf8').split('\n')) {
        lines++;
        if (redactor.redact(line) !== line) changed++;
    }
}
console.log(`${lines} lines, ${changed} changed`);
