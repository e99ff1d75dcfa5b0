#include "bert/data/instances.h"

#include <filesystem>
#include <fstream>

#include "tests/bert/tokenizers.h"
#include "tests/catch.h"
#include "tests/conformance.h"

namespace data = bertlet::data;

namespace {

// One instance as Google's script writes it.
nlohmann::json as_google(const data::Instance& instance, const text::Tokenizer& tokenizer) {
  std::vector<int> segments(instance.ids.size());
  std::fill(segments.begin() + instance.second, segments.end(), 1);
  std::vector<int64_t> positions, ids;
  for (const data::Hidden& hidden : instance.hidden) {
    positions.push_back(hidden.position);
    ids.push_back(hidden.id);
  }
  return {{"tokens", names(tokenizer, instance.ids)},
          {"segment_ids", segments},
          {"is_random_next", instance.pair == data::Pair::other},
          {"masked_lm_positions", positions},
          {"masked_lm_labels", names(tokenizer, ids)}};
}

}  // namespace

TEST_CASE("With Python's generator instances are those of Google's script") {
  const auto tokenizer = published("uncased", google());
  const auto sample = conformance_path("data/google_sample_text.txt");
  if (!tokenizer || !sample) return;
  const std::string folder = std::filesystem::temp_directory_path() / "bertlet_google_instances";
  data::write_corpus({*sample}, *tokenizer, data::CorpusForm::lines, folder + ".corpus");
  for (const char* unit : {"wordpiece", "wwm"}) {
    const auto file = conformance_file("generated_google/pretraining_instances_" + std::string(unit) + ".json");
    if (!file) return;
    const auto& args = file->at("meta").at("args");
    const data::MaskOptions mask{.rate = args.at("masked_lm_prob"),
                                 .most = args.at("max_predictions_per_seq"),
                                 .unit = args.at("do_whole_word_mask") ? data::MaskUnit::word : data::MaskUnit::token};
    data::write_instances(data::Corpus(folder + ".corpus"), data::Pieces(*tokenizer),
                          {.max_length = args.at("max_seq_length"),
                           .short_rate = args.at("short_seq_prob"),
                           .dupe_factor = args.at("dupe_factor"),
                           .mask = mask,
                           .seed = args.at("seed"),
                           .generator = data::Generator::python},
                          folder + ".instances");
    const data::Instances instances(folder + ".instances");
    const auto& wanted = file->at("instances");
    REQUIRE(instances.size() == std::ssize(wanted));
    for (int64_t i = 0; i < instances.size(); ++i)
      CHECK(as_google(instances.read(i), *tokenizer) == wanted.at(static_cast<std::size_t>(i)));
  }
}
