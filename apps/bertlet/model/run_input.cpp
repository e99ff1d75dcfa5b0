#include "apps/bertlet/model/run_input.h"

#include <cmath>

#include "bert/io/formats/safetensors.h"
#include "bert/io/json/document.h"
#include "core/mapped.h"
#include "core/ops.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace io = bertlet::io;
using bertlet::Array;
using bertlet::real;
using bertlet::Shape;
using bertlet::Tensor;

// Nested arrays of equal lengths, row after row.
struct Numbers {
  std::vector<double> values;
  std::vector<int64_t> axes;
  bool whole = true;  // no fraction, and written without a point

  Array array() const {
    Array to{Shape(axes)};
    for (std::size_t i = 0; i < values.size(); ++i) to[static_cast<int64_t>(i)] = static_cast<real>(values[i]);
    return to;
  }
};

void collect(const io::JsonPlace& from, std::size_t depth, Numbers& to) {
  if (depth == to.axes.size()) {
    to.whole = to.whole && from.value().is_whole();
    to.values.push_back(from.number());
    return;
  }
  const auto length = bertlet::to_size(to.axes[depth]);
  if (!from.is_array() || from.size() != length) from.refuse(fmt::format("an array of {}, as beside it", length));
  for (std::size_t i = 0; i < length; ++i) collect(from[i], depth + 1, to);
}

Numbers numbers_of(const io::JsonPlace& from) {
  Numbers numbers;
  io::JsonPlace first = from;
  while (first.is_array()) {
    if (numbers.axes.size() == Shape::max_rank) from.refuse("at most six levels of arrays");
    numbers.axes.push_back(static_cast<int64_t>(first.size()));
    if (first.size() == 0) first.refuse("some numbers");
    first = first[0];
  }
  collect(from, 0, numbers);
  return numbers;
}

std::vector<int64_t> integers_of(const Numbers& numbers, const io::JsonPlace& from) {
  if (!numbers.whole) from.refuse("whole numbers");
  std::vector<int64_t> to;
  for (const double value : numbers.values) to.push_back(static_cast<int64_t>(value));
  return to;
}

// The tensor of this name in a file of safetensors, or the only one there is.
Array tensor_of(const std::filesystem::path& file, const std::string& name) {
  const io::Safetensors all = io::read_safetensors(file);
  for (const io::StoredTensor& tensor : all.tensors)
    if (tensor.name == name || all.tensors.size() == 1) return tensor.array();
  bertlet::require(false, "{}: got {} tensors and none of them is {}", file.string(), all.tensors.size(), name);
  return {};
}

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : document_(io::read_json(file)), folder_(file.parent_path()) {}

  RunInput read() const;

 private:
  bool has(const char* key) const { return root_.has(key); }
  std::vector<int64_t> integers(const char* key) const;
  Array array(const char* key) const;
  void read_shape(RunInput& in) const;
  void read_labels(RunInput& in) const;
  Array mask(const bert::Padded& padded) const;
  std::vector<int64_t> positions(const bert::Padded& padded) const;

  io::JsonDocument document_;
  io::JsonPlace root_ = document_.root();
  std::filesystem::path folder_;
};

std::vector<int64_t> Reader::integers(const char* key) const {
  if (!has(key)) return {};
  return integers_of(numbers_of(root_[key]), root_[key]);
}

Array Reader::array(const char* key) const {
  const io::JsonPlace place = root_[key];
  return place.is_string() ? tensor_of(folder_ / place.string(), key) : numbers_of(place).array();
}

// [B, T], or [B, C, T] where each example has several texts to choose from.
void Reader::read_shape(RunInput& in) const {
  if (has("inputs_embeds")) {
    const Array states = array("inputs_embeds");
    bertlet::require(states.shape().rank() == 3, "inputs_embeds: got {}, want [B, T, H]", states.shape());
    in.padded.sequences = states.shape()[0];
    in.padded.length = states.shape()[1];
    in.padded.embeddings = Tensor(states);
    return;
  }
  const Numbers ids = numbers_of(root_["input_ids"]);
  const std::vector<int64_t>& axes = ids.axes;
  if (axes.size() != 2 && axes.size() != 3) root_["input_ids"].refuse("ids in [B, T] or [B, C, T]");
  in.choices = axes.size() == 3 ? axes[1] : 1;
  in.padded.sequences = axes[0] * in.choices;
  in.padded.length = axes.back();
  in.padded.ids = integers_of(ids, root_["input_ids"]);
}

// [B, T], [B, C, T], or [B, T, T] where each token sees others than its neighbours do.
Array Reader::mask(const bert::Padded& padded) const {
  if (!has("attention_mask")) return {};
  const Array given = array("attention_mask");
  const Shape flat{padded.sequences, padded.length};
  return given.size() == flat.count() ? given.shaped(flat) : given;
}

// [B, T], or [1, T] for all.
std::vector<int64_t> Reader::positions(const bert::Padded& padded) const {
  std::vector<int64_t> given = integers("position_ids");
  if (std::ssize(given) != padded.length) return given;
  std::vector<int64_t> to;
  for (int64_t b = 0; b < padded.sequences; ++b) to.insert(to.end(), given.begin(), given.end());
  return to;
}

void Reader::read_labels(RunInput& in) const {
  if (has("labels")) {
    const Numbers labels = numbers_of(root_["labels"]);
    if (labels.whole)
      in.wanted.labels = integers_of(labels, root_["labels"]);
    else
      in.wanted.values = labels.array();
  }
  in.wanted.next = integers("next_sentence_label");
  in.wanted.starts = integers("start_positions");
  in.wanted.ends = integers("end_positions");
}

RunInput Reader::read() const {
  RunInput in;
  read_shape(in);
  in.padded.token_types = integers("token_type_ids");
  in.padded.positions = positions(in.padded);
  in.padded.mask = mask(in.padded);
  if (has("head_mask")) in.head_mask = Tensor(array("head_mask"));
  if (has("encoder_hidden_states")) in.encoder_states = Tensor(array("encoder_hidden_states"));
  if (has("encoder_attention_mask")) in.encoder_mask = array("encoder_attention_mask");
  read_labels(in);
  return in;
}

}  // namespace

RunInput read_run_input(const std::filesystem::path& file) { return Reader(file).read(); }

RunInput run_input_of(const std::string& text, const std::vector<std::string>& second,
                      const bertlet::text::Tokenizer& tokenizer, int64_t max_length) {
  const bertlet::text::EncodeOptions how{.max_length = max_length};
  auto encodings = bertlet::mapped(second, [&](const std::string& each) { return tokenizer.encode(text, each, how); });
  if (second.empty()) encodings.push_back(tokenizer.encode(text, how));
  bertlet::text::pad(encodings, {.id = tokenizer.pad_id()});

  RunInput in{.padded = {.sequences = std::ssize(encodings), .length = encodings[0].size()},
              .choices = std::ssize(encodings)};
  std::vector<real> mask;
  for (const bertlet::text::Encoding& encoding : encodings) {
    in.padded.ids.insert(in.padded.ids.end(), encoding.ids.begin(), encoding.ids.end());
    in.padded.token_types.insert(in.padded.token_types.end(), encoding.types.begin(), encoding.types.end());
    for (const int64_t real_token : encoding.mask) mask.push_back(static_cast<real>(real_token));
  }
  in.padded.mask = Array::of({in.padded.sequences, in.padded.length}, mask);
  return in;
}

}  // namespace apps
