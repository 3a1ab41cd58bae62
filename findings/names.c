/* Names and fixed sentences of findings. Codes, reasons and types are spelt as Macie spells them; sentences are ours.
 */
#include "findings/findings_priv.h"

const char *lw_result_code_name(lw_result_code code) {
    switch (code) {
    case LW_RESULT_COMPLETE:
        return "COMPLETE";
    case LW_RESULT_PARTIAL:
        return "PARTIAL";
    case LW_RESULT_SKIPPED:
        break;
    }
    return "SKIPPED"; /* also for a value nobody made: never call it complete */
}

const char *lw_reason_name(lw_reason reason) {
    static const char *const names[] = {
#define LW_REASON_TEXT(name) #name,
        LW_REASON_LIST(LW_REASON_TEXT)
#undef LW_REASON_TEXT
    };
    size_t index = (size_t)reason;
    return reason == LW_REASON_NONE || index >= sizeof names / sizeof names[0] ? NULL : names[index];
}

#define TYPE_PREFIX "SensitiveData:S3Object/"

static const lw_finding_type types[] = {
    [LW_CATEGORY_CREDENTIALS] = {TYPE_PREFIX "Credentials", "The S3 object contains credentials",
                                 "Secrets that open accounts or systems, such as access keys or private keys, were "
                                 "found in the object. Treat them as exposed and replace them."},
    [LW_CATEGORY_FINANCIAL] = {TYPE_PREFIX "Financial", "The S3 object contains financial information.",
                               "Numbers that belong to money, such as those of payment cards or bank accounts, were "
                               "found in the object."},
    [LW_CATEGORY_PERSONAL] = {TYPE_PREFIX "Personal", "The S3 object contains personal information",
                              "Details that point to a person, such as names, addresses or identity numbers, were "
                              "found in the object."},
    [LW_CATEGORY_CUSTOM] = {TYPE_PREFIX "CustomIdentifier",
                            "The S3 object contains text that matches custom data identifier criteria",
                            "Text that one or more of your custom data identifiers describe was found in the object."},
};

static const lw_finding_type multiple = {
    TYPE_PREFIX "Multiple", "The S3 object contains multiple categories of sensitive data",
    "Sensitive data of at least two kinds (credentials, financial, personal, custom) was found in the object."};

const lw_finding_type *lw_finding_type_of(unsigned categories) {
    if (categories == 0) {
        return NULL;
    }
    for (unsigned category = 0; category < sizeof types / sizeof types[0]; category++) {
        if (categories == 1U << category) {
            return &types[category];
        }
    }
    return &multiple;
}

const char *lw_identifier_label(const lw_identifier *identifier) {
    return identifier->category == LW_CATEGORY_CUSTOM ? identifier->name : identifier->id;
}
