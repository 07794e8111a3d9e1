// @ts-check
await 1;
