import { python } from "../python.mjs";

export const name = "Python's Pool.map";

const program = `
import json, multiprocessing, sys, time
def increment(n):
    return n + 1
if __name__ == "__main__":
    count = int(sys.argv[1])
    numbers = list(range(count))
    times = []
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for n in range(4):
            start = time.perf_counter()
            assert pool.map(increment, numbers)[-1] == count
            if n > 0:
                times.append((time.perf_counter() - start) * 1e6 / count)
    print(json.dumps(times))
`;

export const open = (count) => python(program, count);
