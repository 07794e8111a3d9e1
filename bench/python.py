"""What python.mjs measures of Heddle, of Python's multiprocessing: one figure a line, name and rate."""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

PAIRS, ITEMS, TRIPS, TASKS = (int(argument) for argument in sys.argv[1:5])


def lock_pairs():
    lock = multiprocessing.Lock()
    acquire, release = lock.acquire, lock.release
    start = time.perf_counter()
    for _ in range(PAIRS):
        acquire()
        release()
    return PAIRS / (time.perf_counter() - start)


def produce(queue, count):
    for i in range(count):
        queue.put(i)


def through_queue():
    queue = multiprocessing.Queue()
    producer = multiprocessing.Process(target=produce, args=(queue, ITEMS))
    producer.start()
    queue.get()
    start = time.perf_counter()
    for _ in range(ITEMS - 1):
        queue.get()
    rate = ITEMS / (time.perf_counter() - start)
    producer.join()
    return rate


def echo(there, back, count):
    for _ in range(count):
        back.put(there.get())


def round_trips():
    there, back = multiprocessing.Queue(), multiprocessing.Queue()
    partner = multiprocessing.Process(target=echo, args=(there, back, TRIPS))
    partner.start()
    there.put(0)
    back.get()
    start = time.perf_counter()
    for i in range(TRIPS - 1):
        there.put(i)
        back.get()
    rate = TRIPS / (time.perf_counter() - start)
    partner.join()
    return rate


def add(a, b):
    return a + b


def small_tasks():
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(add, range(100), range(100)))
        start = time.perf_counter()
        futures = [pool.submit(add, i, 1) for i in range(TASKS)]
        for future in futures:
            future.result()
        return TASKS / (time.perf_counter() - start)


if __name__ == "__main__":
    print("version", sys.version.split()[0])
    print("lock", lock_pairs())
    print("queue", through_queue())
    print("trips", round_trips())
    print("pool", small_tasks())
