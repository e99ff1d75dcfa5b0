// LSTM, GRU, Conv1d beside PyTorch's and the conditional random field beside all its paths, from
// tests/golden/nn_sequence.json.
#include "core/ops.h"
#include "nn/parameters.h"
#include "nn/recurrent/recurrent.h"
#include "nn/sequence/conv1d.h"
#include "nn/sequence/crf.h"
#include "tests/nn/golden.h"

using namespace bertlet;
using golden::json;

namespace {

Spans spans_of(const json& test) { return Spans(test.at("spans").get<std::vector<int64_t>>()); }

Tensor given(const golden::Parameters& in, const char* name) { return in.contains(name) ? in.at(name) : Tensor(); }

using Outputs = std::map<std::string, Tensor>;

// The case's inputs take the place of the module's parameters, by name.
template <class Module>
Module module_of(Module module, const golden::Parameters& in) {
  int found = 0;
  module.visit([&](const char* name, Tensor& parameter) {
    CHECK(parameter.shape() == in.at(name).shape());
    parameter = in.at(name);
    ++found;
  });
  CHECK(found > 0);
  return module;
}

Outputs run(const json& test, const golden::Parameters& in) {
  const std::string name = test.at("name");
  const Spans spans = spans_of(test);
  if (name == "lstm") {
    const LSTM lstm = module_of(LSTM(4, 3, test.at("directions") == 2 ? Directions::two : Directions::one), in);
    const LstmResult y = lstm(in.at("x"), spans, {given(in, "hidden"), given(in, "cell")});
    return {{"output", y.output}, {"hidden", y.last.hidden}, {"cell", y.last.cell}};
  }
  if (name == "gru") {
    const GRU gru = module_of(GRU(4, 3, test.at("directions") == 2 ? Directions::two : Directions::one), in);
    const GruResult y = gru(in.at("x"), spans, given(in, "hidden"));
    return {{"output", y.output}, {"hidden", y.last}};
  }
  if (name == "conv1d") {
    const Conv1d conv =
        module_of(Conv1d(4, 3, test.at("kernel"), test.at("ends") == "same" ? Ends::same : Ends::valid), in);
    return {{"output", conv(in.at("x"), spans)}};
  }
  return {{"output", crf_log_likelihood(in.at("emissions"), {in.at("start"), in.at("end"), in.at("transitions")},
                                        test.at("tags"), spans)}};
}

}  // namespace

TEST_CASE("recurrent layers, convolutions and random fields are the reference's, value and gradient", "[golden]") {
  for (const json& test : golden::cases("nn_sequence")) {
    INFO(test.at("name") << " " << test.value("directions", 0) << " directions, " << test.at("inputs").size()
                         << " inputs " << test.value("ends", ""));
    const golden::Parameters in = golden::inputs(test);
    Tensor weighed = 0;
    for (const auto& [name, y] : run(test, in)) {
      INFO(name);
      CHECK(golden::error(y.value(), test.at("outputs").at(name)) <= golden::tolerance);
      weighed = weighed + sum(y * Tensor(golden::array_of(test.at("slopes").at(name))));
    }
    backward(weighed);
    golden::check_gradients(test, in);
  }
}

TEST_CASE("the best path is the best of all paths", "[golden]") {
  for (const json& test : golden::cases("nn_sequence")) {
    if (test.at("name") != "crf") continue;
    const golden::Parameters in = golden::inputs(test);
    CHECK(crf_decode(in.at("emissions").value(), {in.at("start"), in.at("end"), in.at("transitions")},
                     spans_of(test)) == test.at("best").get<std::vector<int64_t>>());
  }
}
