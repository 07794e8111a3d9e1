import { python } from "../python.mjs";

export const name = "Python's threading.Lock";

const program = `
import json, sys, threading, time
def pairs(count):
    lock = threading.Lock()
    acquire, release = lock.acquire, lock.release
    start = time.perf_counter()
    for _ in range(count):
        acquire()
        release()
    return (time.perf_counter() - start) * 1e6 / count
print(json.dumps([pairs(int(sys.argv[1])) for _ in range(5)]))
`;

export const open = (count) => python(program, count);
