#pragma once
#include <cmath>
#include <limits>

#include "bert/io/files/file.h"
#include "bert/io/formats/safetensors.h"
#include "bert/train/trainer.h"
#include "core/ops.h"
#include "core/random.h"
#include "core/warning.h"

// A training of one number, and the warnings that are heard.
namespace bertlet::train {

// Draws four numbers towards 0, 1, 2, … : the targets are its data.
class Toy : public Trainable {
 public:
  explicit Toy(double break_at = -1) : break_at_(break_at) {}

  Parameters& parameters() override { return parameters_; }
  Loss next(Pass& pass) override {
    const Tensor noise = uniform(pass.rng, {4});
    const Tensor off = parameters_.list()[0].tensor - Tensor(real(at_)) + noise * Tensor(real(0.1));
    Loss loss{.mean = sum(off * off), .tokens = 4};
    if (at_++ == static_cast<int64_t>(break_at_)) loss.mean = loss.mean * Tensor(std::numeric_limits<real>::infinity());
    return loss;
  }
  Measures evaluate() override {
    return {{"off", std::abs(static_cast<double>(weight()[0]) - 5), metrics::Better::smaller}};
  }
  void save_model(const std::filesystem::path& directory) const override {
    std::filesystem::create_directories(directory);
    io::write_safetensors(directory / "model.safetensors", {io::outgoing("w", weight())});
  }
  void save_last_batch(const std::filesystem::path& file) const override { io::write_file(file, std::to_string(at_)); }
  io::Json notes() const override { return at_; }
  void go_on_from(const io::Json& notes) override { at_ = notes.integer(); }

  Array weight() const { return parameters_.list()[0].tensor.value(); }

 private:
  Parameters parameters_{{{"w", Tensor::parameter(Array::filled({4}, 0))}}};
  int64_t at_ = 0;
  double break_at_;
};

inline TrainerOptions brief() {
  return {.steps = 20, .choice = {.lr = 0.1}, .warmup = 3, .log_every = 2, .evaluate_every = 4, .save_every = 3};
}

inline std::string contents(const std::filesystem::path& file) { return io::read_file(file); }

// Warnings, while it lives.
struct Heard {
  std::vector<std::string> texts;
  WarningHandler before = on_warning([this](const std::string& text) { texts.push_back(text); });
  ~Heard() { on_warning(before); }
};

}  // namespace bertlet::train
