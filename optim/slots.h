#pragma once
#include <functional>

#include "nn/parameters.h"
#include "optim/groups.h"

namespace bertlet::optim {

// How one step is taken. With micro-batches whose losses are sums over labelled items, `items` is how many there were
// in all: 4 × 8 sequences then give the step of 1 × 32, however unevenly the labels fall.
struct Step {
  double factor = 1;  // of the base rate: schedule(step)
  double clip = 0;    // the largest gradient norm let through; 0: no limit
  double items = 1;   // gradients are divided by this
};

// What an optimizer works on: the parameters, their settings, and where the state of each lies in flat memory.
class Slots {
 public:
  struct Slot {
    std::string name;
    Tensor tensor;
    Settings settings;
    int64_t begin = 0;  // of its state in flat memory
    int64_t steps = 0;  // updates it has had

    int64_t size() const { return tensor.value().size(); }
  };
  struct Piece {  // of a parameter that has a gradient, or all of it
    const Slot& slot;
    int64_t at;  // of its state in flat memory
    real* value;
    const real* grad;
    int64_t size;
  };

  Slots(const Parameters& parameters, double weight_decay, const std::vector<Group>& groups);

  std::vector<Slot>& slots() { return slots_; }
  const std::vector<Slot>& slots() const { return slots_; }
  int64_t size() const { return size_; }  // of flat state memory

  // The norm of all gradients over `items`, the same bits for any number of threads; and the factor that gradients take
  // in this step so that it stays within `clip`.
  double gradient_norm(double items) const;
  static double gradient_factor(const Step& step, double norm);

  void count_step();  // one more for all slots that have a gradient

  // Every parameter that has a gradient, to be written: in fixed blocks on all threads; or each as a whole in turn.
  void for_blocks(const std::function<void(const Piece&)>& f);
  void for_parameters(const std::function<void(const Piece&)>& f);

  // State by name: "exp_avg.NAME" is the part of `flat` that belongs to parameter NAME.
  void save(State& state, const std::string& key, const Array& flat) const;
  void load(const State& state, const std::string& key, Array flat) const;
  void save_steps(State& state) const;
  void load_steps(const State& state);

 private:
  struct Block {
    std::size_t slot;
    int64_t begin, end;  // within the parameter
  };

  std::vector<Slot> slots_;
  std::vector<Block> blocks_;
  int64_t size_ = 0;
};

}  // namespace bertlet::optim
