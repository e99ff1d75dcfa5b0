#include <cblas.h>
#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "core/product/product.h"
#include "core/random.h"
#include "tests/bench/bench.h"
#include "tests/bench/timing.h"

namespace {

using namespace bertlet;

// `count` products of A[rows, depth] and B[depth, cols], either of them stored transposed.
struct Case {
  std::string group, name;
  int64_t rows, cols, depth;
  bool transpose_a, transpose_b;
  int64_t count = 1;

  double operations() const { return 2.0 * static_cast<double>(count * rows * cols * depth); }
};

struct Size {
  const char* name;
  int64_t hidden, heads, intermediate;
};
constexpr Size sizes[] = {
    {"tiny", 128, 2, 512}, {"mini", 256, 4, 1024}, {"small", 512, 8, 2048}, {"base", 768, 12, 3072}};
constexpr int64_t vocabulary = 30522, head_size = 64;

// A linear layer's products: y = x Wᵀ, dx = dy W, dW = dyᵀ x.
void add_linear(std::vector<Case>& cases, const std::string& group, const std::string& name, int64_t tokens,
                int64_t outputs, int64_t inputs) {
  cases.push_back({group, name + " y", tokens, outputs, inputs, false, true});
  cases.push_back({group, name + " dx", tokens, inputs, outputs, false, false});
  cases.push_back({group, name + " dW", outputs, inputs, tokens, true, false});
}

void add_linears(std::vector<Case>& cases, const Size& size, int64_t tokens) {
  const std::string group = fmt::format("{} {} rows: a layer", size.name, tokens);
  add_linear(cases, group, "query,key,value", tokens, 3 * size.hidden, size.hidden);
  add_linear(cases, group, "output", tokens, size.hidden, size.hidden);
  add_linear(cases, group, "intermediate", tokens, size.intermediate, size.hidden);
  add_linear(cases, group, "output of it", tokens, size.hidden, size.intermediate);
}

void add_head(std::vector<Case>& cases, const Size& size, int64_t tokens) {
  const int64_t masked = tokens * 15 / 100;
  const std::string group = fmt::format("{} {} rows: the head", size.name, masked);
  add_linear(cases, group, "decoder", masked, vocabulary, size.hidden);
  add_linear(cases, group, "transform", masked, size.hidden, size.hidden);
}

// Scores, context and gradients of all heads of a batch: three kinds of products.
void add_attention(std::vector<Case>& cases, const Size& size, int64_t batch, int64_t length) {
  const std::string group = fmt::format("{} {} x {}: attention", size.name, batch, length);
  const int64_t count = batch * size.heads;
  cases.push_back({group, "QKᵀ", length, length, head_size, false, true, count});
  cases.push_back({group, "PV", length, head_size, length, false, false, count});
  cases.push_back({group, "PᵀdO", length, head_size, length, true, false, count});
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Size& size : sizes) {
    for (const int64_t tokens : {1024, 2048}) {
      add_linears(cases, size, tokens);
      add_head(cases, size, tokens);
    }
    for (const auto& [batch, length] : {std::pair{8, 128}, {32, 64}, {16, 128}})
      add_attention(cases, size, batch, length);
  }
  for (const int64_t tokens : {16, 95}) add_linears(cases, sizes[3], tokens);
  return cases;
}

struct Operands {
  Matrix a, b;
  ProductBatch batch;
};

Operands operands(const Case& of, const Array& a, const Array& b) {
  return {{a.data(), of.rows, of.depth, of.transpose_a ? of.rows : of.depth, of.transpose_a},
          {b.data(), of.depth, of.cols, of.transpose_b ? of.depth : of.cols, of.transpose_b},
          {of.count, of.rows * of.depth, of.depth * of.cols, of.rows * of.cols}};
}

void bare(const Operands& x, real* c) {
  const auto size = [](int64_t n) { return static_cast<blasint>(n); };
  const auto transposition = [](const Matrix& m) { return m.transposed ? CblasTrans : CblasNoTrans; };
  for (int64_t i = 0; i < x.batch.count; ++i)
    cblas_sgemm(CblasRowMajor, transposition(x.a), transposition(x.b), size(x.a.rows), size(x.b.cols), size(x.a.cols),
                1, x.a.data + i * x.batch.a_step, size(x.a.stride), x.b.data + i * x.batch.b_step, size(x.b.stride), 0,
                c + i * x.batch.c_step, size(x.b.cols));
}

// Two threads that share nothing: each computes a whole product of its own.
void bare_twice(const Operands& x, real* c, const Operands& other_x, real* other) {
  parallel_for(2, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) i == 0 ? bare(x, c) : bare(other_x, other);
  });
}

// As in training, a product does not write where the one before it wrote.
constexpr int outputs = 4;

// Seconds for one product, or for several together.
struct Times {
  double bare = 0, pair = 0, one = 0, two = 0;

  void add(const Times& other) { bare += other.bare, pair += other.pair, one += other.one, two += other.two; }
};

// The ways to compute the same, one after another.
Times take_turn(const Case& of) {
  const Array a = uniform({.seed = 1}, {of.count * of.rows * of.depth}),
              b = uniform({.seed = 2}, {of.count * of.depth * of.cols});
  Array c({outputs, of.count * of.rows * of.cols});
  const Array other_a = a.clone(), other_b = b.clone();
  const Operands x = operands(of, a, b), other = operands(of, other_a, other_b);
  int next = 0;
  const auto output = [&] { return c.data() + next++ % outputs * of.count * of.rows * of.cols; };
  const auto alone = [&] { bare(x, output()); };
  const auto side_by_side = [&] { bare_twice(x, output(), other, output()); };
  const auto ours = [&] { product(x.batch, x.a, x.b, 0, output(), of.cols); };
  const int times = std::max(1, static_cast<int>(2e8 / of.operations()));
  const auto timed = [&](const auto& work) {
    work();
    return seconds([&] {
             for (int i = 0; i < times; ++i) work();
           }) /
           times;
  };
  for (int i = 0; i < outputs; ++i) alone();  // the system hands out memory at its first use
  set_threads(1);
  const double bare_alone = timed(alone), one = timed(ours);
  set_threads(2);
  const double two = timed(ours), pair = timed(side_by_side) / 2;
  return {.bare = bare_alone, .pair = pair, .one = one, .two = two};
}

// What a product takes. The clock may change between turns, so the ways are compared within each: medians of ratios.
// Where others use the machine too, its cores are alike only at times: `calm` is over the half of the turns in which
// two bare calls gained most on one.
struct Summary {
  double operations = 0;
  Times all, calm;

  void add(const Summary& other) {
    operations += other.operations;
    all.add(other.all);
    calm.add(other.calm);
  }
};

Times typical(std::span<const Times> turns) {
  const auto over = [&](const auto& value) {
    std::vector<double> values;
    for (const Times& turn : turns) values.push_back(value(turn));
    return median(values);
  };
  const double two = over([](const Times& turn) { return turn.two; });
  const auto relative = [&](double Times::*way) {
    return two * over([&](const Times& turn) { return turn.*way / turn.two; });
  };
  return {.bare = relative(&Times::bare), .pair = relative(&Times::pair), .one = relative(&Times::one), .two = two};
}

Summary summary(const Case& of, std::vector<Times>& turns) {
  std::ranges::sort(turns, std::greater(), [](const Times& turn) { return turn.bare / turn.pair; });
  return {of.operations(), typical(turns), typical(std::span(turns).first((turns.size() + 1) / 2))};
}

std::string size_of(const Case& of) { return fmt::format("{} x {} x {} x {}", of.count, of.rows, of.cols, of.depth); }

void print(const std::string& name, const std::string& size, const Summary& of) {
  const auto speed = [&](double time) { return of.operations / time * 1e-9; };
  const Times &all = of.all, &calm = of.calm;
  fmt::print("{:32} {:26} {:7.1f} {:7.1f} {:6.2f} {:7.1f} {:7.1f} {:6.2f} {:8.1f}% {:9.2f} {:6.2f}\n", name, size,
             speed(all.bare), speed(all.pair), all.bare / all.pair, speed(all.one), speed(all.two), all.one / all.two,
             100 * all.pair / all.two, calm.bare / calm.pair, calm.one / calm.two);
}

}  // namespace

// Matrix products of BERT's training steps against OpenBLAS called for the whole product: once, on one thread, and on
// two threads side by side, each its own product, which is what two cores could reach. What a layer, its attention or
// the head multiplies in a step is summed up behind its products. All of them take turns, so that a bad moment of the
// machine spoils one turn of each rather than all turns of one.
void bench_products(int repetitions) {
  openblas_set_num_threads(1);
  const std::vector<Case> cases = all_cases();
  std::vector<std::vector<Times>> turns(cases.size());
  for (int i = 0; i < repetitions; ++i) {
    fmt::print(stderr, "turn {} of {}\n", i + 1, repetitions);
    for (std::size_t k = 0; k < cases.size(); ++k) turns[k].push_back(take_turn(cases[k]));
  }
  fmt::print("{:32} {:26} {:>7} {:>7} {:>6} {:>7} {:>7} {:>6} {:>9} {:>9} {:>6}\n", "GFLOP/s",
             "count, rows, cols, depth", "bare", "2 bare", "gain", "1 thr.", "2 thr.", "gain", "of 2 bare", "calm bare",
             "gain");
  Summary group;
  for (std::size_t k = 0; k < cases.size(); ++k) {
    const Summary product = summary(cases[k], turns[k]);
    print("  " + cases[k].name, size_of(cases[k]), product);
    group.add(product);
    if (k + 1 < cases.size() && cases[k + 1].group == cases[k].group) continue;
    print(cases[k].group, "", group);
    group = {};
  }
}
