/**
 * The libraries: of each, the result of its task `work`, and the error of its task `fail`, in one line, as `try.mjs` writes it.
 *
 * @typedef {object} Library
 * @property {string} name of its file in `modules`
 * @property {readonly string[]} packages
 * @property {string} does
 * @property {string} result
 * @property {string | RegExp} error
 * @property {readonly string[]} [lost] own properties of the error that do not arrive
 */

/** @type {readonly Library[]} */
export const libraries = [
  {
    name: "ajv",
    packages: ["ajv"],
    does: "compiles a JSON schema, and validates by it",
    result: "[ true, false, 'must be integer' ]",
    error: /^Error: schema is invalid: data\/type must be equal to one of the allowed values/,
  },
  {
    name: "argon2",
    packages: ["argon2"],
    does: "hashes a password, and verifies it",
    result: "[ true, false ]",
    error: "TypeError: pchstr must contain a $ as first char",
  },
  {
    name: "axios",
    packages: ["axios"],
    does: "sends a request, and reads the answer",
    result: "[ 200, { path: '/Ada' } ]",
    error: "AxiosError: Request failed with status code 404",
    lost: ["request"],
  },
  {
    name: "babel",
    packages: ["@babel/core"],
    does: "transforms code by a plug-in",
    result: "const renamed = 1;",
    error: /^SyntaxError: .*Unexpected token \(1:6\)/,
  },
  {
    name: "bcrypt",
    packages: ["bcrypt"],
    does: "hashes a password, and compares it",
    result: "[ true, false ]",
    error: "Error: Invalid salt. Salt must be in the form of: $Vers$log2(NumRounds)$saltvalue",
  },
  {
    name: "better-sqlite3",
    packages: ["better-sqlite3"],
    does: "writes rows in a transaction, and sums them",
    result: "{ n: 100, sum: 5050 }",
    error: "SqliteError: no such table: nowhere",
  },
  {
    name: "big.js",
    packages: ["big.js"],
    does: "divides exactly",
    result: "0.33333333333333333333",
    error: "Error: [big.js] Division by zero",
  },
  {
    name: "bullmq",
    packages: ["bullmq"],
    does: "names a queue's keys, without a server",
    result: "bull:mail:wait",
    error: "UnrecoverableError: not again",
  },
  {
    name: "cheerio",
    packages: ["cheerio"],
    does: "finds elements of a page by selectors",
    result: "[ '/a', '/b' ]",
    error: /^Error: Expected name, found/,
  },
  {
    name: "csv-parse",
    packages: ["csv-parse"],
    does: "reads records from a stream",
    result: "[ { name: 'Ada', born: 1815 }, { name: 'Alan', born: 1912 } ]",
    error: /^CsvError: Invalid Record Length: expect 2, got 1 on line 2/,
  },
  {
    name: "date-fns",
    packages: ["date-fns"],
    does: "counts in days and months; gives dates back",
    result: "[ 2024-02-29T12:00:00.000Z, 366, 'Thursday' ]",
    error: "RangeError: Invalid time value",
  },
  {
    name: "decimal.js",
    packages: ["decimal.js"],
    does: "computes to forty digits",
    result: "1.41421356237309504880168872420969807857",
    error: "Error: [DecimalError] Invalid argument: many",
  },
  {
    name: "esbuild",
    packages: ["esbuild"],
    does: "transforms TypeScript, by a process of its own",
    result: "let n=1;",
    error: /^Error: Transform failed with 1 error: <stdin>:1:\d+: ERROR: Unexpected/,
  },
  {
    name: "exceljs",
    packages: ["exceljs"],
    does: "writes a workbook, and reads it back",
    result: "[ 'Numbers', 3, 42 ]",
    error: /^Error: Can't find end of central directory/,
  },
  {
    name: "express",
    packages: ["express"],
    does: "answers a request over HTTP",
    result: "[ 200, { hello: 'Ada' } ]",
    error: "TypeError: app.use() requires a middleware function",
  },
  {
    name: "fastify",
    packages: ["fastify"],
    does: "answers an injected request",
    result: "[ 200, { hello: 'Ada' } ]",
    error: "FastifyError: Method 'GET' already declared for route '/'",
  },
  {
    name: "handlebars",
    packages: ["handlebars"],
    does: "compiles a template, and fills it",
    result: "Ada &amp; Alan",
    error: /^Error: Parse error on line 1:/,
  },
  {
    name: "hono",
    packages: ["hono"],
    does: "answers a request, without a server",
    result: "[ 200, { hello: 'Ada' } ]",
    error: "HTTPException: not yours",
  },
  {
    name: "immer",
    packages: ["immer"],
    does: "makes a changed copy of an object that is frozen",
    result: "{ names: Set(2) { 'Ada', 'Alan' } }",
    error: "Error: [Immer] This object has been frozen and should not be mutated",
  },
  {
    name: "ioredis",
    packages: ["ioredis"],
    does: "sets and gets a value of a server, in a pipeline",
    result: "[ [ null, 'OK' ], [ null, 'value' ] ]",
    error: "ReplyError: ERR unknown command 'NOPE'",
  },
  {
    name: "jsdom",
    packages: ["jsdom"],
    does: "runs a page's script in a context of its own",
    result: "<p>3 items</p>",
    error: "SyntaxError: '[' is not a valid selector",
  },
  {
    name: "lodash",
    packages: ["lodash"],
    does: "groups and sums",
    result: "{ even: 20, odd: 25 }",
    error: "TypeError: Expected a function",
  },
  {
    name: "luxon",
    packages: ["luxon"],
    does: "counts in a time zone",
    result: "2024-03-31T03:30:00.000+02:00",
    error: /^InvalidDateTimeError: Invalid DateTime: unparsable/,
  },
  {
    name: "marked",
    packages: ["marked"],
    does: "makes HTML of Markdown",
    result: "<h1>Title</h1><p>Some <strong>text</strong></p>",
    error: /^Error: marked\(\): input parameter is undefined or null/,
  },
  {
    name: "msgpackr",
    packages: ["msgpackr"],
    does: "packs maps, dates and bytes",
    result: "[ Map(1) { 'a' => [ 1, 2 ] }, 1970-01-01T00:00:01.000Z, 3n ]",
    error: "Error: Unexpected end of MessagePack data",
  },
  {
    name: "nanoid",
    packages: ["nanoid"],
    does: "makes identifiers, none twice",
    result: "[ 21, 1000, 'aaaa' ]",
    error: "RangeError: Wrong ID size",
  },
  {
    name: "opentelemetry",
    packages: ["@opentelemetry/api", "@opentelemetry/sdk-trace-node"],
    does: "has spans within a task stand under one another, across `await`",
    result: "[ 'inner in outer', 'outer' ]",
    error: "RangeError: noted in a span",
  },
  {
    name: "pdf-lib",
    packages: ["pdf-lib"],
    does: "writes a PDF, and reads it back",
    result: "[ 2, 'Report' ]",
    error: /^Error: Failed to parse PDF document .*: No PDF header found/,
  },
  {
    name: "pg",
    packages: ["pg"],
    does: "reads types and escapes names; is refused by a port where nobody listens",
    result: '[ \'SELECT "a""b"\', [ 1, 2 ], 1.5 ]',
    error: /^Error: connect ECONNREFUSED 127\.0\.0\.1:\d+/,
  },
  {
    name: "pino",
    packages: ["pino"],
    does: "writes lines by a transport, which is a thread of its own",
    result: "[ 'one', 'two' ]",
    error: "Error: default level:loud must be included in custom levels",
  },
  {
    name: "prettier",
    packages: ["prettier"],
    does: "formats code",
    result: 'const names = ["Ada"];',
    error: /^SyntaxError: Unexpected token \(1:7\)/,
  },
  {
    name: "protobufjs",
    packages: ["protobufjs"],
    does: "writes a message, and reads it back",
    result: "[ 8, { name: 'Ada', born: 1815 } ]",
    error: "RangeError: index out of range: 2 + 10 > 2",
  },
  {
    name: "react-dom",
    packages: ["react-dom", "react"],
    does: "renders components to HTML",
    result: "<ul><li>0</li><li>1</li><li>2</li></ul>",
    error: "RangeError: no such page",
  },
  {
    name: "redis",
    packages: ["redis"],
    does: "sets and gets a value of a server",
    result: "[ 'OK', 'value', null ]",
    error: "SimpleError: ERR unknown command 'NOPE'",
  },
  {
    name: "rxjs",
    packages: ["rxjs"],
    does: "awaits a stream of events",
    result: "[ 0, 10, 20 ]",
    error: "EmptyError: no elements in sequence",
  },
  {
    name: "sharp",
    packages: ["sharp"],
    does: "makes a picture, scales it, and reads it back",
    result: "{ format: 'webp', width: 8, height: 4 }",
    error: "Error: Input buffer contains unsupported image format",
  },
  {
    name: "shiki",
    packages: ["shiki"],
    does: "highlights code: grammars, themes and WebAssembly",
    result: "5 tokens",
    error: /^ShikiError: Language `klingon` is not included in this bundle/,
  },
  {
    name: "sql.js",
    packages: ["sql.js"],
    does: "asks a database that is WebAssembly",
    result: "[ { columns: [ 'n', 'square' ], values: [ [ 1, 1 ], [ 2, 4 ] ] } ]",
    error: "Error: no such table: nowhere",
  },
  {
    name: "swc",
    packages: ["@swc/core"],
    does: "compiles TypeScript, in native threads",
    result: "const n = 1;",
    error: /^Error: x Unexpected token `=`/,
  },
  {
    name: "terser",
    packages: ["terser"],
    does: "minifies code",
    result: "const add=(d,a)=>d+a;",
    error: "SyntaxError: Name expected",
  },
  {
    name: "typescript",
    packages: ["typescript"],
    does: "checks a program, and compiles it",
    result: "[ \"const n = '1';\", \"Type 'string' is not assignable to type 'number'.\" ]",
    error: /^Error: Debug Failure\./,
  },
  {
    name: "undici",
    packages: ["undici"],
    does: "sends a request by an agent of its own",
    result: "[ 200, '/Ada' ]",
    error: "HeadersTimeoutError: Headers Timeout Error",
  },
  {
    name: "uuid",
    packages: ["uuid"],
    does: "makes identifiers, at random and by name",
    result: "[ true, '0a0c3b24-11ba-5eb2-9420-854ab4c21e3c' ]",
    error: "TypeError: Invalid UUID",
  },
  {
    name: "winston",
    packages: ["winston"],
    does: "writes lines to a file",
    result: "[ 'one', 'two' ]",
    error: "Error: Cannot log to file without filename or stream.",
  },
  {
    name: "xml2js",
    packages: ["xml2js"],
    does: "makes objects of XML",
    result: "{ names: { name: [ 'Ada', { _: 'Alan', '$': { born: '1912' } } ] } }",
    error: /^Error: Unexpected close tag/,
  },
  {
    name: "zod",
    packages: ["zod"],
    does: "parses a value by a schema",
    result: "{ name: 'Ada', born: 1815-12-10T00:00:00.000Z }",
    error: /^ZodError: .*"path": \[ "born" \]/,
  },
];

/**
 * The work in `leaving` that tasks leave to the end of their worker without waiting for it. Each of the lines that they write is there when
 * `leave.mjs` has ended.
 *
 * @typedef {object} Leaving
 * @property {string} name of its file in `leaving`
 * @property {string} library
 * @property {string} does
 * @property {number} lines of each way to end, a multiple of 8
 */

/** @type {readonly Leaving[]} */
export const leaving = [
  { name: "argon2", library: "argon2", does: "hashes passwords", lines: 8 },
  { name: "bcrypt", library: "bcrypt", does: "hashes passwords", lines: 8 },
  { name: "better-sqlite3", library: "better-sqlite3", does: "backs databases up", lines: 8 },
  { name: "pino", library: "pino", does: "logs to stdout", lines: 1000 },
  {
    name: "pino-buffered",
    library: "pino",
    does: "logs to a buffered file, which the pool's finalizer ends",
    lines: 1000,
  },
  { name: "pino-transport", library: "pino", does: "logs by a transport, which is a thread of its own", lines: 1000 },
  { name: "sharp", library: "sharp", does: "blurs pictures", lines: 8 },
  { name: "winston", library: "winston", does: "logs to a file", lines: 1000 },
  { name: "winston-console", library: "winston", does: "logs to the console", lines: 1000 },
];
