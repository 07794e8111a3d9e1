import { EmptyError, firstValueFrom, from, interval } from "rxjs";
import { filter, map, take, toArray } from "rxjs/operators";

export const work = () =>
  firstValueFrom(
    interval(1).pipe(
      take(3),
      map((n) => n * 10),
      toArray(),
    ),
  );

export const fail = () => firstValueFrom(from([1]).pipe(filter((n) => n instanceof EmptyError)));
