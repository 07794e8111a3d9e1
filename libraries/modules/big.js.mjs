import Big from "big.js";

export const work = () => new Big(1).div(3).toString();

export const fail = () => new Big(1).div(0);
