#include <cerrno>
#include <cstring>

#include "apps/bertlet/model/model_files.h"
#include "bert/heads/sentence_vectors.h"
#include "bert/io/lines.h"
#include "bert/text/tokenizer_files.h"
#include "core/parallel.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace text = bertlet::text;
using bertlet::Array;

struct EncodeOptions {
  CommonOptions common;
  std::string directory, input = "-", pool = "mean";
  std::optional<std::int64_t> layer, max_length;
  std::int64_t batch = 32;
  bool pair = false, normalize = false;
};

constexpr const char* about_encode =
    R"(A vector for each line, as a JSON array of numbers on a line of its own, in the order of the lines:
  cls         the last layer's [CLS]                 mean       the mean of its tokens, [CLS] and [SEP] included
  pooler      that through the pooler                max        the largest of its tokens in each column
  first-last  mean of first and last layer's tokens  mean-sqrt  their sum over the root of their number
A line that is too long is cut.

Example: printf 'The cat sat.\nA dog ran.\n' | bertlet encode bert-base-uncased --pool mean --normalize)";

// [1.5,-2]
void write_vector(const bertlet::real* numbers, std::int64_t count, std::string& to) {
  to += '[';
  for (std::int64_t i = 0; i < count; ++i) to += fmt::format("{}{}", i == 0 ? "" : ",", numbers[i]);
  to += "]\n";
}

class Encoder {
 public:
  explicit Encoder(const EncodeOptions& options)
      : options_(options),
        tokenizer_(text::read_tokenizer(options.directory)),
        model_(load_model<bert::Model>(read_model_config(options.directory), options.directory, options.common)) {}

  void all() const {
    bertlet::io::LineBlocks blocks(options_.input);
    for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next())
      for (std::size_t i = 0; i < lines->size(); i += batch_)
        batch(std::span(*lines).subspan(i).first(std::min(batch_, lines->size() - i)));
  }

 private:
  void batch(std::span<const std::string_view> lines) const;
  bert::Batch packed(std::span<const std::string_view> lines) const;
  text::Encoding encoding(std::string_view line) const;

  const EncodeOptions& options_;
  text::Tokenizer tokenizer_;
  bert::Model model_;
  std::size_t batch_ = static_cast<std::size_t>(options_.batch);
};

text::Encoding Encoder::encoding(std::string_view line) const {
  const std::int64_t most = model_.config.max_position_embeddings;
  const text::EncodeOptions how{.max_length = std::min(options_.max_length.value_or(most), most),
                                .keep = text::Keep::ids};
  if (!options_.pair) return tokenizer_.encode(line, how);
  const std::size_t tab = std::min(line.size(), line.find('\t'));
  return tokenizer_.encode(line.substr(0, tab), line.substr(std::min(line.size(), tab + 1)), how);
}

bert::Batch Encoder::packed(std::span<const std::string_view> lines) const {
  std::vector<std::vector<std::int64_t>> ids, types;
  for (const std::string_view line : lines) {
    text::Encoding from = encoding(line);
    ids.push_back(std::move(from.ids));
    types.push_back(std::move(from.types));
  }
  bert::Padded padded = bert::side_by_side(ids);
  padded.token_types = bert::side_by_side(types).ids;
  return pack(padded);
}

void Encoder::batch(std::span<const std::string_view> lines) const {
  const bert::Batch batch = packed(lines);
  const bert::SentencePool pool = bert::sentence_pool(options_.pool);
  bertlet::Pass pass;
  const bool states = options_.layer || pool == bert::SentencePool::first_last;
  const bert::Encoded encoded = model_(batch, pass, {.hidden_states = states});
  Array vectors = sentence_vectors(batch, encoded, pool, options_.layer).value();
  if (options_.normalize) vectors = bert::normalized(vectors);
  std::string out;
  for (std::int64_t b = 0; b < batch.sequences(); ++b)
    write_vector(vectors.data() + b * vectors.shape()[1], vectors.shape()[1], out);
  const bool written = std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  bertlet::require(written, "stdout: {}", std::strerror(errno));
}

int run_encode(const EncodeOptions& options) {
  bertlet::set_threads(options.common.threads);
  Encoder(options).all();
  return 0;
}

}  // namespace

void add_encode(const Command& program) {
  const auto options = std::make_shared<EncodeOptions>();
  Command command = program.add("encode", "A vector for each line", about_encode);
  command.text("directory", "DIR", options->directory, "A model directory", Needed::yes);
  command.text("input", "F", options->input, "A text file; -: standard input");
  command.one_of("--pool", "HOW", options->pool, bert::sentence_pool_names(), "What stands for the line");
  command.number("--layer", options->layer, "The tokens after this layer, 0 being the embeddings; else the last", {0});
  command.flag("--normalize", options->normalize, "Each vector gets length 1");
  command.flag("--pair", options->pair, "A line is two texts with a tab between them");
  command.number("--max-length", options->max_length, "In tokens; else as many as the model can take", {2});
  command.number("--batch", options->batch, "Lines at once; the vectors do not depend on it", {1, 1 << 16});
  command.common(options->common);
  command.runs([options] { return run_encode(*options); });
}

}  // namespace apps
