import _ from "lodash";

export const work = () =>
  _.mapValues(
    _.groupBy(_.range(10), (n) => (n % 2 ? "odd" : "even")),
    _.sum,
  );

export const fail = () => _.debounce("no function");
