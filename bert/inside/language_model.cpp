#include "bert/inside/language_model.h"

#include "bert/io/models/model_directory.h"
#include "bert/io/models/pretrained.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/require.h"

namespace bertlet::inside {

text::Encoding LanguageModel::encoded(std::string_view text, std::string_view pair) const {
  text::Encoding to = pair.empty() ? tokenizer.encode(text) : tokenizer.encode(text, pair);
  const int64_t most = network.bert.config.max_position_embeddings;
  require(to.size() <= most, "text: got {} tokens, want at most {}, which the model takes", to.size(), most);
  return to;
}

LanguageModel read_language_model(const std::filesystem::path& given) {
  const std::filesystem::path directory = io::model_directory(given);
  const bert::Config config = bert::read_config(directory / "config.json");
  require(!config.is_decoder, "{}: is a decoder, which reads from left to right — want a BERT, which sees both sides",
          given.string());
  LanguageModel to{text::read_tokenizer(directory), bert::MaskedLM(config)};
  bert::check_vocabulary(to.tokenizer.vocabulary().size(), config, given.string());
  const StateReport report =
      bert::load_checkpoint(to.network.parameters(), to.network.initial_values(), io::open_checkpoint(directory));
  require(
      report.missing.empty() && report.misshaped.empty(),
      "{}: has no head for masked words (cls.predictions) — want a model that was pre-trained, or fine-tuned for mlm",
      given.string());
  to.network.parameters().freeze_for_inference();
  return to;
}

}  // namespace bertlet::inside
