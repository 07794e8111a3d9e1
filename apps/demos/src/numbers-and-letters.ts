/** Two workers, each printing something every second, at the same time: five seconds in all, not ten. */
import { isMain, sleep, task, Worker } from "#heddle";

export const printNumbers = task(import.meta, async function printNumbers() {
  for (let i = 1; i <= 5; i++) {
    console.log(`Number: ${i}`);
    await sleep(1000);
  }
});

export const printLetters = task(import.meta, async function printLetters() {
  for (const letter of "abcde") {
    console.log(`Letter: ${letter}`);
    await sleep(1000);
  }
});

if (isMain(import.meta)) {
  const numbers = new Worker(printNumbers).start();
  const letters = new Worker(printLetters).start();

  await numbers.join();
  await letters.join();

  console.log("Both workers have ended.");
}
