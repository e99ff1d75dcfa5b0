#include "apps/bertlet/finetuning/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace apps {

namespace {

using Place = FinetuneNumber::Place;
constexpr RealRange from_one{1, 1 << 30}, share{0, 1}, under_one{0, 0.99};

std::optional<double> parsed(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value)) return {};
  return value;
}

}  // namespace

bool FinetuneNumber::is_for(std::string_view task) const {
  return tasks.empty() || std::ranges::find(tasks, task) != tasks.end();
}

const std::vector<FinetuneNumber>& finetune_numbers() {
  static const std::vector<FinetuneNumber> all = {
      {"epochs", [](FinetuneOptions& to) -> Place { return &to.epochs; }, "How often the examples are gone through"},
      {"batch", [](FinetuneOptions& to) -> Place { return &to.tuning.batch; }, "Examples of a batch", from_one},
      {"lr", [](FinetuneOptions& to) -> Place { return &to.lr; },
       "The highest rate; otherwise 5e-5, or 5e-4 from nothing"},
      {"head-lr", [](FinetuneOptions& to) -> Place { return &to.head_lr; }, "The head's rate, as a multiple of it"},
      {"layer-decay", [](FinetuneOptions& to) -> Place { return &to.layer_decay; },
       "The rate of a layer, as a multiple of the one above", share},
      {"warmup", [](FinetuneOptions& to) -> Place { return &to.warmup; }, "The share of steps in which the rate rises",
       share},
      {"weight-decay", [](FinetuneOptions& to) -> Place { return &to.trainer.choice.weight_decay; },
       "Of all but biases and LayerNorm"},
      {"head-decay", [](FinetuneOptions& to) -> Place { return &to.head_decay; }, "The head's; otherwise the same"},
      {"clip", [](FinetuneOptions& to) -> Place { return &to.trainer.clip; },
       "The largest gradient norm let through; 0: any"},
      {"accumulate", [](FinetuneOptions& to) -> Place { return &to.trainer.accumulate; }, "Batches to a step",
       from_one},
      {"dropout", [](FinetuneOptions& to) -> Place { return &to.dropout; },
       "Everywhere in the model; otherwise its own, or none from nothing", under_one},
      {"freeze",
       [](FinetuneOptions& to) -> Place { return &to.freeze; },
       "The embeddings and so many layers stay as they are",
       {0, 1 << 10}},
      {"fresh-layers",
       [](FinetuneOptions& to) -> Place { return &to.fresh_layers; },
       "So many of the last layers begin anew",
       {0, 1 << 10}},
      {"smoothing",
       [](FinetuneOptions& to) -> Place { return &to.smoothing; },
       "Of labels",
       under_one,
       {"classify", "pair", "ner", "choice", "siamese"}},
      {"r-drop",
       [](FinetuneOptions& to) -> Place { return &to.tuning.r_drop; },
       "How much two passes with other dropout must agree",
       {},
       {"classify", "pair", "ner", "choice"}},
      {"fgm", [](FinetuneOptions& to) -> Place { return &to.tuning.fgm; }, "How far words are moved against the model"},
      {"fraction", [](FinetuneOptions& to) -> Place { return &to.selection.fraction; },
       "Of --train, as much of each class", share},
  };
  return all;
}

void add_number(Command& command, const FinetuneNumber& number, FinetuneOptions& options) {
  const std::string name = "--" + number.name;
  const Place place = number.place(options);
  if (auto* const whole = std::get_if<std::int64_t*>(&place))
    command.number(name.c_str(), **whole, number.what,
                   {static_cast<std::int64_t>(number.range.least), static_cast<std::int64_t>(number.range.most)});
  else if (auto* const perhaps = std::get_if<std::optional<double>*>(&place))
    command.number(name.c_str(), **perhaps, number.what, number.range);
  else
    command.number(name.c_str(), *std::get<double*>(place), number.what, number.range);
}

void set_number(FinetuneOptions& options, const std::string& name, const std::string& text) {
  const auto& all = finetune_numbers();
  const auto found = std::ranges::find(all, name, &FinetuneNumber::name);
  if (found == all.end() || !found->is_for(options.setup.task))
    throw WrongUsage(fmt::format("--grid: got '{}', want the name of an option of {} that is a number, such as lr",
                                 name, options.setup.task));
  const std::optional<double> value = parsed(text);
  const Place place = found->place(options);
  auto* const whole = std::get_if<std::int64_t*>(&place);
  if (!value || *value < found->range.least || *value > found->range.most || (whole && *value != std::round(*value)))
    throw WrongUsage(fmt::format("--grid: got {}={}, want a {}number from {} to {}", name, text, whole ? "whole " : "",
                                 found->range.least, found->range.most));
  if (whole)
    **whole = static_cast<std::int64_t>(*value);
  else if (auto* const perhaps = std::get_if<std::optional<double>*>(&place))
    **perhaps = value;
  else
    *std::get<double*>(place) = *value;
}

}  // namespace apps
