#include "bert/view/measure.h"

#include <algorithm>
#include <array>

#include "bert/view/points.h"
#include "core/real.h"

namespace bertlet::view {

namespace {

// A kind of measure, by what its name ends in.
struct Kind {
  const char *ending, *title;
  Scale scale = Scale::linear;
};

// In the order in which a report shows them.
constexpr std::array kinds{
    Kind{"loss", "loss"},
    Kind{"accuracy", "accuracy"},
    Kind{"exact_match", "exact match"},
    Kind{"f1", "F1"},
    Kind{"precision", "precision"},
    Kind{"recall", "recall"},
    Kind{"mcc", "Matthews correlation"},
    Kind{"pearson", "Pearson correlation"},
    Kind{"spearman", "Spearman correlation"},
    Kind{"r2", "R²"},
    Kind{"auc", "area under the curve"},
    Kind{"perplexity", "perplexity", Scale::logarithmic},
    Kind{"error", "error"},
    Kind{"mse", "mean squared error"},
    Kind{"rmse", "root of the mean squared error"},
    Kind{"mae", "mean absolute error"},
    Kind{"", ""},
    Kind{"lr", "learning rate"},
    Kind{"grad_norm", "gradient norm", Scale::logarithmic},
    Kind{"tokens_per_second", "tokens per second"},
};
constexpr int unknown = 16;
static_assert(*kinds[unknown].ending == '\0');

struct Prefix {
  const char *name, *title;
};
constexpr std::array prefixes{Prefix{"mlm", "hidden words"}, Prefix{"nsp", "next sentence"},
                              Prefix{"sop", "sentence order"}};

bool ends_in(const std::string& name, std::string_view ending) {
  if (ending.empty() || !name.ends_with(ending)) return false;
  return name.size() == ending.size() || name[name.size() - ending.size() - 1] == '_';
}

const Kind& kind_of(const std::string& name) { return kinds[to_size(place(name))]; }

std::string spaced(std::string text) {
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string prefix_title(const std::string& prefix) {
  const auto found = std::ranges::find(prefixes, prefix, &Prefix::name);
  return found == prefixes.end() ? spaced(prefix) : found->title;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

int place(const std::string& name) {
  const auto found = std::ranges::find_if(kinds, [&](const Kind& kind) { return ends_in(name, kind.ending); });
  return found == kinds.end() ? unknown : static_cast<int>(found - kinds.begin());
}

Scale scale(const std::string& name) { return kind_of(name).scale; }

std::string title(const std::string& name) {
  const Kind& kind = kind_of(name);
  const std::string_view ending = kind.ending;
  if (ending.empty()) return capitalised(spaced(name));
  if (name == ending) return capitalised(kind.title);
  return capitalised(prefix_title(name.substr(0, name.size() - ending.size() - 1)) + ": " + kind.title);
}

std::optional<Best> best(const std::string& name, const Series& series) {
  const metrics::Better wanted = metrics::usual_direction(name);
  if (wanted == metrics::Better::neither) return {};
  std::optional<Best> best;
  for (const auto& [step, value] : series) {
    if (!can_be_drawn(value)) continue;
    if (!best || (wanted == metrics::Better::larger ? value > best->value : value < best->value))
      best = Best{step, value};
  }
  return best;
}

}  // namespace bertlet::view
