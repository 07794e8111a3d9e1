import { testDemos } from "@heddle/app-demo-tests";

testDemos({
  dist: new URL("../dist/", import.meta.url),
  worker: (n, task) => `Process-${n} (${task})`,
  workers: "processes",
});
