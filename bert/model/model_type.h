#pragma once
#include "bert/io/json/document.h"
#include "bert/model/config.h"

// What config.json says in each family of models.
namespace bertlet::bert {

const char* name_of(ModelType type);  // "distilbert"

// By model_type or, where that is missing, by the first of the architectures; any other family is an error.
ModelType model_type_of(const io::JsonPlace& root, const std::string& name);
Config defaults_of(ModelType type);

// What Config's hidden_size and so on are called there; nullptr: the family has no such key.
const char* key_in_file(ModelType type, const char* key);

// The file with BertForMaskedLM as DistilBertForMaskedLM, or the other way round.
io::Json with_architectures_of(ModelType type, io::Json file);

}  // namespace bertlet::bert
