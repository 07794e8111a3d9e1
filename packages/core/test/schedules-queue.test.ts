import { schedulesOf } from "./reference/explore.js";
import { PipeScene, QueueScene } from "./reference/scenes/queues.js";

schedulesOf({
  "Queue that is full": () => new QueueScene("Queue", 2),
  "Queue without a bound": () => new QueueScene("Queue", 0),
  "LifoQueue that is full": () => new QueueScene("LifoQueue", 2),
  "LifoQueue without a bound": () => new QueueScene("LifoQueue", 0),
  "PriorityQueue that is full": () => new QueueScene("PriorityQueue", 2),
  "PriorityQueue without a bound": () => new QueueScene("PriorityQueue", 0),
  pipe: () => new PipeScene(),
});
