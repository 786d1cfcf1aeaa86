import process from 'node:process';

/**
 * `node:http` without Node's WebSocket client. An `import` of it reads every export, and one of them loads that client:
 * 10 MB of memory, for a process that only asks and answers.
 */
export const nodeHttp = process.getBuiltinModule('node:http');
