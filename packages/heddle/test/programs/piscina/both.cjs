function add({ a, b }) {
  return a + b;
}

add.multiply = ({ a, b }) => a * b;
module.exports = add;
